// `rgsweep analyze`: from the points of a results file to the statistics of its curves.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <iomanip>
#include <iostream>

#include "command.hpp"
#include "rgsweep/analysis/phase.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/store/dataset.hpp"
#include "rgsweep/store/merge.hpp"
#include "rgsweep/store/segment.hpp"
#include "version.hpp"

namespace rgsweep::cli {

namespace po = boost::program_options;

namespace {

po::options_description analyze_options() {
  po::options_description options;
  const auto text = [] { return po::value<std::string>(); };
  options.add_options()("output", text()->value_name("PHASE.h5"),
                        "write the statistics there; without it they are printed")(
      "csv", text()->value_name("DIR"), "write them to DIR/curves.csv too")(
      "threshold", text()->value_name("EPS")->default_value("1e-3"),
      "a point succeeds on a test distribution when its test_mse is below EPS")(
      "axis", text()->value_name("KEY")->default_value("activation.slope"),
      "key or column that the curves run along: any numeric one but the seed");
  return options;
}

double threshold_of(const std::string& text) {
  try {
    const double threshold = std::get<double>(parse_value(ValueType::real, text));
    if (threshold > 0) return threshold;
  } catch (const UsageError&) {
  }
  throw UsageError("--threshold " + text + ": allowed: real > 0");
}

/// "" when the option is not given.
std::string path_of(const po::variables_map& given, const std::string& option) {
  if (given.count(option) == 0) return "";
  std::string path = given[option].as<std::string>();
  if (path.empty()) throw UsageError("--" + option + " needs a name");
  return path;
}

store::SegmentReader open_results(const std::string& path) {
  const std::vector<std::filesystem::path> found = store::sources(path);
  const bool finished = std::filesystem::exists(path);
  if (!finished && !found.empty())
    throw StoreError(path +
                     ": this sweep is not finished; 'rgsweep run' continues it, and 'rgsweep merge OUT.h5 " +
                     path + "' makes a file of the points so far");
  if (found.size() > 1)
    std::cerr << "rgsweep: warning: " << path
              << " lacks the points in the segments beside it; 'rgsweep run' adds them\n";
  return store::SegmentReader(path);
}

/// Results are dear and phase diagrams cheap: one must not take the place of anything else by a slip of the
/// hand.
void refuse_other_files(const std::string& output) {
  if (std::filesystem::exists(output)) try {
      const store::Attributes attributes = store::file_attributes(output);
      if (!attributes.contains("threshold") || !attributes.contains("axis")) throw StoreError("");
    } catch (const StoreError&) {
      throw UsageError("--output " + output + ": exists and is no phase diagram; choose another name");
    }
  if (store::sources(output).size() > (std::filesystem::exists(output) ? 1U : 0U))
    throw UsageError("--output " + output + ": here are results of a sweep; choose another name");
}

store::Attributes phase_attributes(const store::Attributes& results) {
  store::Attributes attributes{{"program", std::string("rgsweep")}, {"program_version", version()}};
  for (const auto& [name, value] : results)
    if (name == "title" || name.starts_with("spec")) attributes[name] = value;
  return attributes;
}

/// Three digits; "-" where there is no number.
std::string brief(double number) {
  if (std::isnan(number)) return "-";
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::general, 3);
  return {buffer, result.ptr};
}

void print_row(double x, const analysis::TestStatistics& s) {
  std::string interval = "[";
  interval += brief(s.success_low) + ", " + brief(s.success_high) + "]";
  std::cout << std::setw(12) << canonical_text(x) << std::setw(7) << s.n << std::setw(9)
            << brief(s.success_fraction) << std::setw(17) << interval << std::setw(11) << brief(s.mse_median)
            << std::setw(11) << brief(s.mse_lower_quartile) << std::setw(11) << brief(s.mse_upper_quartile)
            << "\n";
}

/// One table for each curve and the test distributions that it was measured on.
void print_tables(const analysis::PhaseDiagram& phase) {
  const analysis::Curves& curves = phase.curves;
  const std::vector<std::size_t> varying = curves.varying();
  std::cout << "success: test_mse < " << canonical_text(phase.threshold) << ", along " << curves.axis.name
            << "\n";
  for (std::size_t c = 0; c < curves.curves.size(); ++c) {
    const std::vector<analysis::Statistics>& along = phase.statistics[c];
    for (std::size_t t = 0; t < curves.tests.size(); ++t) {
      if (std::all_of(along.begin(), along.end(), [t](const auto& s) { return s.tests[t].n == 0; })) continue;
      std::cout << "\n";
      for (const std::size_t p : varying)
        std::cout << curves.parameters[p].name << " = " << canonical_text(curves.curves[c].parameters[p])
                  << ", ";
      std::cout << "test = " << curves.tests[t] << "\n"
                << "           x      n  success     95% interval     median  quartile1  quartile3\n";
      for (std::size_t e = 0; e < along.size(); ++e)
        if (along[e].tests[t].n > 0) print_row(curves.curves[c].ensembles[e].x, along[e].tests[t]);
    }
  }
}

void report_left_out(const analysis::Curves& curves) {
  if (curves.unfinished > 0)
    std::cerr << "rgsweep: " << curves.unfinished << " points left out: pending or failed\n";
  if (curves.without_axis > 0)
    std::cerr << "rgsweep: " << curves.without_axis << " points left out: they do not use "
              << curves.axis.name << "\n";
}

}  // namespace

int analyze_command(const Arguments& arguments, Team&) {
  const Parsed parsed = parse("analyze", arguments, analyze_options(), 1, 1);
  if (parsed.help) return Exit::complete;
  const po::variables_map& given = parsed.options;
  const double threshold = threshold_of(given["threshold"].as<std::string>());
  const std::string output = path_of(given, "output"), csv = path_of(given, "csv");
  if (!output.empty()) refuse_other_files(output);

  const store::SegmentReader results = open_results(parsed.words[0]);
  const analysis::PhaseDiagram phase =
      analysis::phase_diagram(analysis::read_curves(results, given["axis"].as<std::string>()), threshold);
  report_left_out(phase.curves);
  if (!csv.empty()) std::cerr << "rgsweep: wrote " << analysis::write_csv(csv, phase).string() << "\n";
  if (output.empty()) {
    print_tables(phase);
    return Exit::complete;
  }
  analysis::write_phase(output, phase, phase_attributes(results.attributes()));
  std::cout << output << ": " << phase.curves.curves.size() << " curves of " << phase.curves.used
            << " points over " << phase.curves.axis_values().size() << " values of " << phase.curves.axis.name
            << "\n";
  return Exit::complete;
}

}  // namespace rgsweep::cli
