// A sweep file, read and checked: shared settings, [grid.NAME] blocks, zip and exclude lines, and the command
// line's overrides. What points it means is the grid's business (grid.hpp).
//
// Sections [model] hold keys without their prefix (width is model.width); keys before the first section and
// inside [grid.NAME] are written in full. `zip(KEY1,KEY2) = (v1,v2), ...` and `exclude = KEY=VALUE,
// KEY=VALUE` stand in [sweep] or before the first section, for all blocks, or in a block, for that block;
// both may be repeated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rgsweep/core/parameters.hpp"
#include "rgsweep/core/value.hpp"
#include "rgsweep/sweep/value_list.hpp"

namespace rgsweep::sweep {

/// What was set for one key: the text and the values it names (at least one).
struct Axis {
  std::string text;
  ValueList values;
};

/// Keys that are walked together: tuple i gives keys[j] the value tuples[i][j].
struct Zip {
  std::vector<std::size_t> keys;
  std::vector<std::vector<Value>> tuples;
  std::string name;  ///< "zip(KEY1,KEY2)"
  std::string text;  ///< the tuples, as written
};

/// Drops the points for which every term holds. A point that does not use a term's key is kept.
struct Exclude {
  struct Term {
    std::size_t key = 0;
    ValueList values;                  ///< any of these
    std::vector<std::string> choices;  ///< or any value of these choices: gamma stands for gamma(2) too
  };
  std::vector<Term> terms;
  std::string text;
};

struct Settings {
  std::map<std::size_t, Axis> axes;  ///< by place in the key table
  std::vector<Zip> zips;
  std::vector<Exclude> excludes;
};

/// One product of axes. Without [grid.NAME] sections a sweep has one block, without a name.
struct Block {
  std::string name;
  Settings own;  ///< added to the shared settings; an own axis replaces a shared one
};

/// Key and text, as in --KEY TEXT.
using Overrides = std::vector<std::pair<std::string, std::string>>;

struct Spec {
  const KeyTable* table = nullptr;
  std::string source;  ///< the file's name, for messages
  std::string text;    ///< the file as it was read
  Settings shared;
  std::vector<Block> blocks;        ///< at least one
  std::vector<ValueList> defaults;  ///< by key: its default, the only element

  /// The values of a key in a block: the block's own, else the shared ones, else the default.
  const ValueList& values(const Block& block, std::size_t key) const;

  /// The one value of a key that no block changes, as of sweep.name. Throws std::logic_error for an axis.
  Value scalar(std::string_view key) const;

  /// The sweep without its command line: a sweep file that gives the same grid (comments are not kept).
  std::string effective_text() const;

  /// Hash of what the sweep means, overrides included: equal for files that differ in comments, order of
  /// keys, or the form in which an axis is written.
  std::uint64_t hash() const;
};

/// Reads a sweep from text; `source` names it in messages. Throws UsageError of the form
/// "FILE:LINE: KEY = VALUE: what is wrong; allowed: ..." (or "--KEY VALUE: ..." for an override).
Spec parse_spec(const KeyTable& table, std::string_view text, const std::string& source,
                const Overrides& overrides = {});

/// The same from a file, which must be readable. The table must outlive the spec.
Spec read_spec(const KeyTable& table, const std::string& path, const Overrides& overrides = {});

}  // namespace rgsweep::sweep
