// From the lines of a sweep file and the command line's overrides to a Spec, with every error at its place.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "ini.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/sweep/axis.hpp"
#include "rgsweep/sweep/spec.hpp"
#include "rules.hpp"

namespace rgsweep::sweep {

namespace {

/// Where settings were made, "FILE:LINE: KEY = VALUE", in step with the Settings they belong to.
struct Places {
  std::map<std::size_t, std::string> axes;
  std::vector<std::string> zips;
};

[[noreturn]] void refuse(const std::string& place, const std::string& what) {
  throw UsageError(place + ": " + what);
}

/// Long values, as zips may have, are cut in messages.
std::string shown(const std::string& text) {
  constexpr std::size_t longest = 120;
  return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

/// The part of a key before its first dot.
std::string section_of(const std::string& key) {
  return key.substr(0, key.find('.'));
}

class SpecReader {
 public:
  SpecReader(const KeyTable& table, std::string_view text, const std::string& source);
  Spec read(const Overrides& overrides) &&;

 private:
  void open_section(const IniSection& section);
  void set(const IniSection& section, const IniEntry& entry);
  void set_axis(const IniSection& section, const IniEntry& entry);
  [[noreturn]] void refuse_unknown(const std::string& place, const std::string& name) const;
  void check_zips(const Settings& own, const Places& own_places) const;
  void override_key(const std::string& name, const std::string& text);
  std::string line(std::size_t number) const { return spec_.source + ":" + std::to_string(number); }

  Spec spec_;
  std::vector<std::string> sections_;  // known ones
  Places shared_places_;
  std::vector<Places> block_places_;  // by block
  Settings* settings_ = nullptr;      // of the section being read
  Places* places_ = nullptr;
  bool in_block_ = false;
};

SpecReader::SpecReader(const KeyTable& table, std::string_view text, const std::string& source) {
  spec_.table = &table;
  spec_.text = std::string(text);
  spec_.source = source;
  sections_.push_back("sweep");
  for (const Key& key : table.keys()) {
    spec_.defaults.push_back(parse_axis(key, key.initial));
    const std::string section = section_of(key.name);
    if (std::find(sections_.begin(), sections_.end(), section) == sections_.end())
      sections_.push_back(section);
  }
}

Spec SpecReader::read(const Overrides& overrides) && {
  const Ini ini = read_ini(spec_.text, spec_.source);
  std::size_t next = 0;
  for (std::size_t i = 0; i < ini.sections.size(); ++i) {
    open_section(ini.sections[i]);
    for (; next < ini.entries.size() && ini.entries[next].section == i; ++next)
      set(ini.sections[i], ini.entries[next]);
  }
  check_zips({}, {});
  for (std::size_t i = 0; i < spec_.blocks.size(); ++i) check_zips(spec_.blocks[i].own, block_places_[i]);
  for (auto given = overrides.begin(); given != overrides.end(); ++given) {
    const auto same = [&](const auto& other) { return other.first == given->first; };
    if (std::any_of(overrides.begin(), given, same))
      refuse("--" + given->first + " " + given->second, "given twice; allowed: once");
    override_key(given->first, given->second);
  }
  if (spec_.blocks.empty()) spec_.blocks.emplace_back();
  return std::move(spec_);
}

void SpecReader::open_section(const IniSection& section) {
  constexpr std::string_view prefix = "grid.";
  settings_ = &spec_.shared;
  places_ = &shared_places_;
  in_block_ = section.name.starts_with(prefix);
  const std::string place = line(section.line) + ": [" + section.name + "]";
  if (in_block_) {
    const std::string name = section.name.substr(prefix.size());
    const auto plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
             c == '-';
    };
    if (name.empty() || !std::all_of(name.begin(), name.end(), plain))
      refuse(place, "not a name of a block; allowed: [grid.NAME] with letters, digits, _ and - in NAME");
    for (const Block& block : spec_.blocks)
      if (block.name == name) refuse(place, "the block occurs twice; allowed: another name");
    settings_ = &spec_.blocks.emplace_back(Block{name, {}}).own;
    places_ = &block_places_.emplace_back();
  } else if (section.line > 0 &&
             std::find(sections_.begin(), sections_.end(), section.name) == sections_.end()) {
    refuse(place, "unknown section" + did_you_mean(section.name, sections_) +
                      "; allowed: " + join(sections_, ", ") + ", grid.NAME");
  }
}

void SpecReader::set(const IniSection& section, const IniEntry& entry) {
  const bool zip = is_zip(entry.name), exclude = entry.name == "exclude";
  if (!(zip || exclude) || !(in_block_ || section.name.empty() || section.name == "sweep"))
    return set_axis(section, entry);
  const std::string place = line(entry.line) + ": " + entry.name + " = " + shown(entry.value);
  try {
    if (exclude) {
      settings_->excludes.push_back(parse_exclude(*spec_.table, entry.value));
    } else {
      Zip parsed = parse_zip(*spec_.table, entry.name, entry.value);
      for (const std::size_t key : parsed.keys)
        if (in_block_ && !(*spec_.table)[key].block)
          throw UsageError((*spec_.table)[key].name +
                           " belongs to the sweep as a whole; allowed: outside blocks");
      settings_->zips.push_back(std::move(parsed));
      places_->zips.push_back(place);
    }
  } catch (const UsageError& error) {
    refuse(place, error.what());
  }
}

void SpecReader::set_axis(const IniSection& section, const IniEntry& entry) {
  const std::string name = in_block_ || section.name.empty() ? entry.name : section.name + "." + entry.name;
  const std::string place = line(entry.line) + ": " + name + " = " + shown(entry.value);
  const std::size_t i = spec_.table->find(name);
  if (i == KeyTable::npos) refuse_unknown(place, name);
  const Key& key = (*spec_.table)[i];
  if (in_block_ && (!key.block || !key.identity))
    refuse(place,
           "the key belongs to the sweep as a whole; allowed: outside blocks, in [" + section_of(name) + "]");
  if (const auto before = places_->axes.find(i); before != places_->axes.end())
    refuse(place, "set twice, first at " + before->second + "; allowed: once");
  Axis axis{entry.value, {}};
  try {
    axis.values = parse_axis(key, entry.value);
  } catch (const UsageError& error) {
    refuse(place, error.what());
  }
  if (!key.identity && axis.values.size() > 1) refuse(place, "several values; allowed: one value");
  settings_->axes.emplace(i, std::move(axis));
  places_->axes.emplace(i, place);
}

void SpecReader::refuse_unknown(const std::string& place, const std::string& name) const {
  const std::string section = section_of(name);
  std::vector<std::string> known, near;
  for (const Key& key : spec_.table->keys()) {
    known.push_back(key.name);
    if (section_of(key.name) == section) near.push_back(key.name);
  }
  refuse(place, "unknown key" + did_you_mean(name, known) + "; allowed: " +
                    (near.empty() ? "keys of the sections " + join(sections_, ", ") : join(near, ", ")));
}

/// A key of a zip must not be set beside it, nor walked by a second zip. A block's zip may replace a shared
/// axis.
void SpecReader::check_zips(const Settings& own, const Places& own_places) const {
  std::map<std::size_t, std::string> walked;
  const auto add = [&](const std::vector<Zip>& zips, const std::vector<std::string>& places) {
    for (std::size_t i = 0; i < zips.size(); ++i)
      for (const std::size_t key : zips[i].keys)
        if (const auto [other, first] = walked.emplace(key, places[i]); !first)
          refuse(places[i], (*spec_.table)[key].name + " is already walked at " + other->second +
                                "; allowed: one zip for each key");
  };
  const auto compare = [&](const std::map<std::size_t, std::string>& axes) {
    for (const auto& [key, place] : axes)
      if (const auto zip = walked.find(key); zip != walked.end())
        refuse(place, "the key is walked by the zip at " + zip->second + "; allowed: one of the two");
  };
  add(spec_.shared.zips, shared_places_.zips);
  compare(shared_places_.axes);
  add(own.zips, own_places.zips);
  compare(own_places.axes);
}

void SpecReader::override_key(const std::string& name, const std::string& text) {
  const std::string place = "--" + name + " " + shown(text);
  if (text.find_first_of(std::string_view("#\n\r\0", 4)) != std::string::npos)
    refuse(place, "the value holds '#', a line end or NUL; allowed: what a line of a sweep file can hold");
  const std::size_t i = spec_.table->find(name);
  if (i == KeyTable::npos) refuse_unknown(place, name);
  const auto check = [&](const Settings& settings, const Places& places) {
    for (std::size_t z = 0; z < settings.zips.size(); ++z) {
      const std::vector<std::size_t>& keys = settings.zips[z].keys;
      if (std::find(keys.begin(), keys.end(), i) != keys.end())
        refuse(place,
               "the key is walked by the zip at " + places.zips[z] + "; allowed: a change of that line");
    }
  };
  check(spec_.shared, shared_places_);
  for (std::size_t b = 0; b < spec_.blocks.size(); ++b) check(spec_.blocks[b].own, block_places_[b]);
  Axis axis{std::string(trim(text)), {}};
  try {
    axis.values = parse_axis((*spec_.table)[i], text);
  } catch (const UsageError& error) {
    refuse(place, error.what());
  }
  if (!(*spec_.table)[i].identity && axis.values.size() > 1)
    refuse(place, "several values; allowed: one value");
  for (Block& block : spec_.blocks) block.own.axes.erase(i);
  spec_.shared.axes[i] = std::move(axis);
}

}  // namespace

Spec parse_spec(const KeyTable& table, std::string_view text, const std::string& source,
                const Overrides& overrides) {
  return SpecReader(table, text, source).read(overrides);
}

Spec read_spec(const KeyTable& table, const std::string& path, const Overrides& overrides) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  const std::string reason = errno != 0 ? std::string(": ") + std::strerror(errno) : "";
  if (!file || std::filesystem::is_directory(path))
    throw UsageError(path + ": the sweep file cannot be read" + reason + "; allowed: a readable text file");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  return parse_spec(table, text, path, overrides);
}

}  // namespace rgsweep::sweep
