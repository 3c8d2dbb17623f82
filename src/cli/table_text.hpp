// Tables for people, on stdout.
#pragma once

#include <string>
#include <vector>

namespace rgsweep::cli {

/// Rows of cells, the first one the heads; all rows have as many.
using Table = std::vector<std::vector<std::string>>;

/// Columns flushed right, two spaces apart.
void print_table(const Table& table);

}  // namespace rgsweep::cli
