// Several rows of one point: which of them holds, and whether they agree.
#pragma once

#include <filesystem>
#include <vector>

#include "rgsweep/core/record.hpp"
#include "unite.hpp"

namespace rgsweep::store {

/// How much a status is worth: done and diverged 2, failed 1, pending 0.
int rank(Status status);
/// The status of a row; done where the schema has no such column.
Status status_of(const Schema& schema, const Row& row);

/// One row of a point, laid out in the common schema.
struct Candidate {
  Row row;
  const RowMap* map;  ///< tells which values its file has
  const std::filesystem::path* path;
};

/// The row that holds, by the rules of merge(). At least one candidate, in the order of the inputs.
Row resolve(const Schema& schema, std::vector<Candidate> candidates);

}  // namespace rgsweep::store
