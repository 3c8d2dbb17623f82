// Blocks of rows to and from one dataset of shape (point, ...). Numbers cross as double, whatever their type
// in the file: integers are exact to 2^53 (see core/record.hpp).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hdf5_handle.hpp"

namespace rgsweep::store {

/// Writes count * (values per row) numbers as rows first, ..., first+count-1 of a dataset that is long
/// enough.
void write_numbers(hid_t dataset, const std::string& name, std::uint64_t first, std::uint64_t count,
                   std::span<const double> values);
void write_texts(hid_t dataset, const std::string& name, std::uint64_t first,
                 std::span<const std::string_view> texts);

void read_numbers(hid_t dataset, const std::string& name, std::uint64_t first, std::uint64_t count,
                  std::span<double> values);
/// Replaces `texts` by rows first, ..., first+count-1.
void read_texts(hid_t dataset, const std::string& name, std::uint64_t first, std::uint64_t count,
                std::vector<std::string>& texts);

/// The most bytes of a text of this column; 0 where there is no limit.
std::size_t text_size(hid_t dataset, const std::string& name);

}  // namespace rgsweep::store
