#include "duplicates.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/hash.hpp"
#include "rgsweep/core/value.hpp"

namespace rgsweep::store {
namespace {

bool same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

/// The winner so far, and which of its values are known.
struct Winner {
  Row row;
  std::vector<char> numbers, texts;
  const std::filesystem::path* path;
};

/// Whether a number of a column is what Schema::missing() holds there; 0 is a flag like any other.
bool missing(ColumnType type, double value) {
  return type == ColumnType::integer ? value == -1 : type == ColumnType::real && std::isnan(value);
}

[[noreturn]] void conflict(const Winner& a, const Candidate& b, const std::string& column,
                           const std::string& value_a, const std::string& value_b) {
  throw StoreError("point " + hex(a.row.point_id) + " has two different results: " + column + " is " +
                   value_a + " in " + a.path->string() + " and " + value_b + " in " + b.path->string());
}

Winner start_with(const Schema& schema, Candidate candidate) {
  Winner winner{std::move(candidate.row), std::vector<char>(schema.numbers()),
                std::vector<char>(schema.texts()), candidate.path};
  for (std::size_t c = 0; c < schema.columns().size(); ++c) {
    const ColumnType type = schema.columns()[c].type;
    for (std::size_t i = schema.offset(c); i < schema.offset(c) + schema.size(c); ++i)
      if (type == ColumnType::text)
        winner.texts[i] = candidate.map->has_text(i) && !winner.row.texts[i].empty();
      else
        winner.numbers[i] = candidate.map->has_number(i) && !missing(type, winner.row.numbers[i]);
  }
  return winner;
}

/// Takes what only the other row has, and compares what both have.
void absorb(const Schema& schema, Winner& winner, const Candidate& other) {
  for (std::size_t c = 0; c < schema.columns().size(); ++c) {
    const Column& column = schema.columns()[c];
    for (std::size_t i = schema.offset(c); i < schema.offset(c) + schema.size(c); ++i) {
      if (column.type == ColumnType::text) {
        if (!other.map->has_text(i) || other.row.texts[i].empty()) continue;
        if (!winner.texts[i])
          winner.row.texts[i] = other.row.texts[i];
        else if (column.reproducible && winner.row.texts[i] != other.row.texts[i])
          conflict(winner, other, column.name, "'" + winner.row.texts[i] + "'",
                   "'" + other.row.texts[i] + "'");
        winner.texts[i] = 1;
      } else {
        if (!other.map->has_number(i) || missing(column.type, other.row.numbers[i])) continue;
        if (!winner.numbers[i])
          winner.row.numbers[i] = other.row.numbers[i];
        else if (column.reproducible && !same(winner.row.numbers[i], other.row.numbers[i]))
          conflict(winner, other, column.name, canonical_text(winner.row.numbers[i]),
                   canonical_text(other.row.numbers[i]));
        winner.numbers[i] = 1;
      }
    }
  }
}

}  // namespace

int rank(Status status) {
  switch (status) {
    case Status::done:
    case Status::diverged:
      return 2;
    case Status::failed:
      return 1;
    default:
      return 0;
  }
}

Status status_of(const Schema& schema, const Row& row) {
  return schema.has("status") ? static_cast<Status>(static_cast<int>(schema.values(row, "status")[0]))
                              : Status::done;
}

Row resolve(const Schema& schema, std::vector<Candidate> candidates) {
  if (candidates.size() == 1) return std::move(candidates.front().row);
  const auto rank_of = [&](const Candidate& candidate) { return rank(status_of(schema, candidate.row)); };
  int best = 0;
  for (const Candidate& candidate : candidates) best = std::max(best, rank_of(candidate));
  std::erase_if(candidates, [&](const Candidate& candidate) { return rank_of(candidate) < best; });
  if (best < rank(Status::done)) return std::move(candidates.back().row);

  Winner winner = start_with(schema, std::move(candidates.front()));
  for (std::size_t i = 1; i < candidates.size(); ++i) absorb(schema, winner, candidates[i]);
  return std::move(winner.row);
}

}  // namespace rgsweep::store
