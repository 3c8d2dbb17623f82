#include "table_text.hpp"

#include <algorithm>
#include <iomanip>
#include <iostream>

namespace rgsweep::cli {

void print_table(const Table& table) {
  std::vector<std::size_t> widths(table.front().size(), 0);
  for (const auto& row : table)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (const auto& row : table) {
    for (std::size_t i = 0; i < row.size(); ++i)
      std::cout << (i > 0 ? "  " : "") << std::setw(static_cast<int>(widths[i])) << row[i];
    std::cout << "\n";
  }
}

}  // namespace rgsweep::cli
