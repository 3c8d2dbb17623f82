#include "kernel_variants.hpp"

#include <algorithm>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/core/variant.hpp"
#include "rgsweep/store/attributes.hpp"
#include "rgsweep/store/dataset.hpp"

namespace rgsweep::cli {

namespace {

const char separating[] = "; ";

/// A letter for the outcome, then the name or what is wrong.
std::string own_variant() {
  try {
    return std::string("=").append(variants()[chosen_variant()]);
  } catch (const UsageError& error) {
    return std::string("!").append(error.what());
  }
}

}  // namespace

std::vector<std::string> gather_variants(const Team& team) {
  std::vector<std::string> found = team.gather(own_variant());
  team.on_root([&] {
    for (std::size_t rank = 0; rank < found.size(); ++rank) {
      const bool known = found[rank].front() == '=';
      found[rank].erase(0, 1);
      if (!known)
        throw UsageError((found.size() > 1 ? "rank " + std::to_string(rank) + ": " : "") + found[rank]);
    }
    return std::string();
  });
  return found;
}

std::string distinct(std::vector<std::string> texts, const std::string& separator) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return join(texts, separator);
}

std::string all_variants(const std::vector<std::filesystem::path>& files, const std::string& own) {
  std::vector<std::string> found;
  const auto add = [&](const std::string& list) {
    for (std::string_view name : split(list, ';')) found.emplace_back(trim(name));
  };
  add(own);
  for (const std::filesystem::path& file : files)
    add(store::text_of(store::file_attributes(file), "kernel_variant"));
  return distinct(found, separating);
}

std::string variant_warning(const std::string& variants) {
  if (variants.find(separating) == std::string::npos) return "";
  return "warning: the points are trained by several variants of the vector code (" + variants +
         "), whose results may differ in their last bits; the environment variable RGSWEEP_VARIANT chooses "
         "one";
}

}  // namespace rgsweep::cli
