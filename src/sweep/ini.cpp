// Two passes over a sweep file that must agree: our scan for lines and syntax errors, Boost's parser for
// values.
#include "ini.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep::sweep {

namespace {

namespace po = boost::program_options;

[[noreturn]] void refuse(const std::string& source, std::size_t line, std::string_view text,
                         const std::string& what) {
  throw UsageError(source + ":" + std::to_string(line) + ": " + std::string(text) + ": " + what);
}

/// Control characters stand in no text, and readers differ in which of them are white space.
void require_text(std::string_view text, const std::string& source) {
  const auto control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f;
  };
  const auto found = std::find_if(text.begin(), text.end(), control);
  if (found == text.end()) return;
  const auto line = 1 + std::count(text.begin(), found, '\n');
  throw UsageError(source + ":" + std::to_string(line) +
                   ": not a text file: it holds the control character " +
                   std::to_string(static_cast<int>(*found)));
}

/// Sections and entries with their lines and names, but no values.
Ini scan(std::string_view text, const std::string& source) {
  Ini ini;
  ini.sections.push_back({});
  std::size_t line = 0;
  while (!text.empty()) {
    ++line;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view whole = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view content = trim(whole.substr(0, whole.find('#')));
    if (content.empty()) continue;
    if (content.front() == '[') {
      if (content.back() != ']') refuse(source, line, content, "the section is not closed; allowed: [NAME]");
      ini.sections.push_back({std::string(content.substr(1, content.size() - 2)), line});
      continue;
    }
    const std::size_t equals = content.find('=');
    const std::string_view name = trim(content.substr(0, equals));
    if (equals == std::string_view::npos || name.empty())
      refuse(source, line, content, "not a setting; allowed: KEY = VALUE, [SECTION], and comments after #");
    ini.entries.push_back({ini.sections.size() - 1, std::string(name), "", line});
  }
  return ini;
}

}  // namespace

Ini read_ini(std::string_view text, const std::string& source) {
  require_text(text, source);
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());

  Ini ini = scan(text, source);
  std::istringstream stream{std::string(text)};
  const po::parsed_options parsed =
      po::parse_config_file(stream, po::options_description(), /*allow_unregistered=*/true);
  if (parsed.options.size() != ini.entries.size())
    throw std::logic_error(source + ": the two readers of the file disagree");
  for (std::size_t i = 0; i < ini.entries.size(); ++i)
    ini.entries[i].value = std::string(trim(parsed.options[i].value.at(0)));
  for (IniSection& section : ini.sections) section.name = std::string(trim(section.name));
  return ini;
}

}  // namespace rgsweep::sweep
