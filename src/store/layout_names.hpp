// The names beside a results file: FILE.h5.parts/seg-00000001.h5, ...,
// FILE.h5.parts/point-0123456789abcdef.state
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace rgsweep::store {

std::filesystem::path parts_folder(const std::filesystem::path& output);
/// At least eight digits, so that names sort as their numbers do for longer than any sweep lasts.
std::string segment_name(std::uint64_t number);
/// The number in a segment's name; none for any other name.
std::optional<std::uint64_t> segment_number(std::string_view name);

std::string state_name(std::uint64_t point);
/// The point in the name of a saved state; none for any other name.
std::optional<std::uint64_t> state_point(std::string_view name);

}  // namespace rgsweep::store
