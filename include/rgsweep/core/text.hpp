// Small text helpers shared by parsers and messages; none depends on the locale.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rgsweep {

std::string_view trim(std::string_view text);

/// Splits at `separator` outside parentheses and trims each part: "a, gamma(1,2)" -> {"a", "gamma(1,2)"}.
/// An empty text gives no parts; "a," gives a second, empty part.
std::vector<std::string> split(std::string_view text, char separator);

std::string join(std::span<const std::string> parts, std::string_view separator);

/// The name in `known` with the smallest edit distance to `word`, or "" when none is close enough to be
/// meant.
std::string nearest_name(std::string_view word, std::span<const std::string> known);

/// " (did you mean 'x'?)" or "", to append to a message about an unknown name.
std::string did_you_mean(std::string_view word, std::span<const std::string> known);

}  // namespace rgsweep
