// Which variants of the vector code (core/variant.hpp) a sweep's results come from.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "team.hpp"

namespace rgsweep::cli {

/// The name of each rank's variant, on the root. Collective. Throws UsageError on every rank when a rank's
/// RGSWEEP_VARIANT names none that it can run.
std::vector<std::string> gather_variants(const Team& team);

/// The different ones among the texts, sorted, with "; " between them: the attribute kernel_variant.
std::string distinct(std::vector<std::string> texts, const std::string& separator = "; ");

/// What the files' attributes kernel_variant and `own` say together.
std::string all_variants(const std::vector<std::filesystem::path>& files, const std::string& own);

/// What is to be said of results by several variants; empty for one.
std::string variant_warning(const std::string& variants);

}  // namespace rgsweep::cli
