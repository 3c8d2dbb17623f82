// The tidy text form of a table (RFC 4180): numbers as the shortest text that reads back the same.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rgsweep::analysis {

using Cells = std::vector<std::string>;

/// In quotes where a separator, a quote or the end of a line is in the text.
std::string quoted(const std::string& text);

/// "" for NaN.
std::string cell(double number);

std::string line(const Cells& cells);

/// Writes each text to the file of its name in the folder, creating the folder, each in one atomic step.
/// Throws StoreError.
struct NamedText {
  std::string name, contents;
};
std::vector<std::filesystem::path> write_texts(const std::filesystem::path& folder,
                                               const std::vector<NamedText>& texts);

}  // namespace rgsweep::analysis
