// Explicit tables of named things: activations, symmetries, distributions, ... An entry is any struct with a
// `name` and a `summary`; the command line, the sweep file's messages and `rgsweep list` all read the table.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep {

template <class Entry>
std::vector<std::string> names(std::span<const Entry> table) {
  std::vector<std::string> result;
  for (const Entry& entry : table) result.emplace_back(entry.name);
  return result;
}

/// The entry called `name`; throws UsageError that says what `kind` of thing was looked up and what is known.
template <class Entry>
const Entry& lookup(std::span<const Entry> table, std::string_view name, std::string_view kind) {
  for (const Entry& entry : table)
    if (entry.name == name) return entry;
  const std::vector<std::string> known = names(table);
  throw UsageError("unknown " + std::string(kind) + " '" + std::string(name) + "'" +
                   did_you_mean(name, known) + "; known: " + join(known, ", "));
}

}  // namespace rgsweep
