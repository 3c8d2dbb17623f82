// The tidy text form of a phase diagram (RFC 4180): numbers as the shortest text that reads back the same.
#include <cmath>
#include <fstream>
#include <string>
#include <system_error>

#include "rgsweep/analysis/phase.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"

namespace rgsweep::analysis {
namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + '"';
}

std::string cell(double number) {
  return std::isnan(number) ? "" : canonical_text(number);
}

std::string header(const Curves& curves) {
  std::vector<std::string> cells{"curve"};
  for (const Column& column : curves.parameters) cells.push_back(column.name);
  cells.push_back(curves.axis.name);
  cells.emplace_back("test");
  for (const StatisticEntry& entry : statistic_table()) cells.push_back(entry.name);
  return join(cells, ",") + "\n";
}

std::string rows_of(const PhaseDiagram& phase, std::size_t c) {
  const Curve& curve = phase.curves.curves[c];
  std::vector<std::string> start{std::to_string(c)};
  for (const Value& value : curve.parameters) start.push_back(quoted(canonical_text(value)));
  std::string rows;
  for (std::size_t e = 0; e < curve.ensembles.size(); ++e)
    for (std::size_t t = 0; t < phase.curves.tests.size(); ++t) {
      const Statistics& s = phase.statistics[c][e];
      if (s.tests[t].n == 0) continue;
      std::vector<std::string> cells = start;
      cells.push_back(cell(curve.ensembles[e].x));
      cells.push_back(quoted(phase.curves.tests[t]));
      for (const StatisticEntry& entry : statistic_table()) cells.push_back(cell(entry.value(s, t)));
      rows += join(cells, ",") + "\n";
    }
  return rows;
}

}  // namespace

std::filesystem::path write_csv(const std::filesystem::path& folder, const PhaseDiagram& phase) {
  std::filesystem::path path = folder / "curves.csv";
  const std::filesystem::path temporary = folder / "curves.csv.tmp";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw StoreError("cannot create the folder " + folder.string() + ": " + error.message());
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  file << header(phase.curves);
  for (std::size_t c = 0; c < phase.curves.curves.size(); ++c) file << rows_of(phase, c);
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

}  // namespace rgsweep::analysis
