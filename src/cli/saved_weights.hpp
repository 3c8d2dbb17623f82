// What --save-weights finds in results that were begun without it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace rgsweep::cli {

/// The done points of these results files and segments that have no weights in any of them.
std::uint64_t done_without_weights(const std::vector<std::filesystem::path>& files);

}  // namespace rgsweep::cli
