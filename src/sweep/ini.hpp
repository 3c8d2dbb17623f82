// The lines of a sweep file: Boost.Program_options reads the INI syntax, a scan of our own adds the line
// numbers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rgsweep::sweep {

struct IniSection {
  std::string name;
  std::size_t line = 0;
};

struct IniEntry {
  std::size_t section = 0;  ///< place in Ini::sections
  std::string name;
  std::string value;
  std::size_t line = 0;
};

struct Ini {
  std::vector<IniSection> sections;  ///< the first has no name: the lines before any section
  std::vector<IniEntry> entries;     ///< in file order
};

/// Comments start with #; CRLF line ends are accepted. Throws UsageError "FILE:LINE: TEXT: what is wrong;
/// ...".
Ini read_ini(std::string_view text, const std::string& source);

}  // namespace rgsweep::sweep
