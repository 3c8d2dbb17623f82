#include "csv_text.hpp"

#include <cmath>
#include <fstream>
#include <system_error>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/core/value.hpp"

namespace rgsweep::analysis {
namespace {

std::filesystem::path write_file(const std::filesystem::path& path, const std::string& contents) {
  std::filesystem::path temporary = path;
  temporary += ".tmp";
  std::error_code error;
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  file << contents;
  file.close();
  if (!file) {
    std::filesystem::remove(temporary, error);
    throw StoreError("cannot write " + path.string());
  }
  std::filesystem::rename(temporary, path, error);
  if (error) {
    const std::string reason = error.message();
    std::filesystem::remove(temporary, error);
    throw StoreError("cannot write " + path.string() + ": " + reason);
  }
  return path;
}

}  // namespace

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + '"';
}

std::string cell(double number) {
  return std::isnan(number) ? "" : canonical_text(number);
}

std::string line(const Cells& cells) {
  return join(cells, ",") + "\n";
}

std::vector<std::filesystem::path> write_texts(const std::filesystem::path& folder,
                                               const std::vector<NamedText>& texts) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw StoreError("cannot create the folder " + folder.string() + ": " + error.message());
  std::vector<std::filesystem::path> paths;
  for (const NamedText& text : texts) paths.push_back(write_file(folder / text.name, text.contents));
  return paths;
}

}  // namespace rgsweep::analysis
