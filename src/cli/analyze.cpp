// `rgsweep analyze`: from the points of a results file to the statistics of its curves, their critical values
// and verdicts; of an orbit sweep to a summary of its cells.
#include <filesystem>
#include <iostream>

#include "analyze_report.hpp"
#include "command.hpp"
#include "orbit_report.hpp"
#include "rgsweep/analysis/axis.hpp"
#include "rgsweep/analysis/orbit_summary.hpp"
#include "rgsweep/analysis/phase.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/experiment/keys.hpp"
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
      "csv", text()->value_name("DIR"),
      "write them to curves.csv, critical.csv and families.csv in DIR too; those of an orbit sweep to "
      "cells.csv")("threshold", text()->value_name("EPS")->default_value("1e-3"),
                   "a point succeeds on a test distribution when its test_mse is below EPS")(
      "axis", text()->value_name("KEY"),
      "what the curves run along: a numeric key but the seed, in full or its last part (slope, alpha, width, "
      "learning_rate, steps); without it activation.slope")(
      "resamples", text()->value_name("N")->default_value("2000"),
      "bootstrap resamples for the intervals of critical values");
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

std::size_t resamples_of(const std::string& text) {
  // Fewer do not reach the 2.5 % quantiles; more than these gain nothing and take all memory.
  constexpr std::int64_t least = 200, most = 100000;
  try {
    const std::int64_t resamples = std::get<std::int64_t>(parse_value(ValueType::integer, text));
    if (resamples >= least && resamples <= most) return static_cast<std::size_t>(resamples);
  } catch (const UsageError&) {
  }
  throw UsageError("--resamples " + text + ": allowed: integer in [" + std::to_string(least) + ", " +
                   std::to_string(most) + "]");
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
      const bool diagram = attributes.contains("threshold") && attributes.contains("axis");
      if (!diagram && !attributes.contains("summary")) throw StoreError("");
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

void say_written(const std::vector<std::filesystem::path>& paths) {
  for (const std::filesystem::path& path : paths) std::cerr << "rgsweep: wrote " << path.string() << "\n";
}

/// Orbit sweeps have no curves: a point is one pair of images, and no error is told apart by a threshold
/// other than 1.
void analyze_orbit(const store::SegmentReader& results, const po::variables_map& given,
                   const std::string& output, const std::string& csv) {
  for (const char* option : {"axis", "threshold", "resamples"})
    if (given.count(option) > 0 && !given[option].defaulted())
      throw UsageError(std::string("--") + option + ": " + results.path().string() +
                       " holds an orbit sweep, which is summarised cell by cell; allowed: --output, --csv");
  const analysis::OrbitSummary summary = analysis::orbit_summary(results, experiment::spec_keys());
  if (summary.unfinished > 0)
    std::cerr << "rgsweep: " << summary.unfinished << " points left out: pending, failed or diverged\n";
  if (!csv.empty()) say_written(analysis::write_orbit_csv(csv, summary));
  if (!output.empty()) {
    analysis::write_orbit(output, summary, phase_attributes(results.attributes()));
    std::cout << output << ": " << summary.cells.size() << " cells of " << summary.used << " points\n";
  }
  print_orbit(summary);
}

}  // namespace

int analyze_command(const Arguments& arguments, Team&) {
  const Parsed parsed = parse("analyze", arguments, analyze_options(), 1, 1);
  if (parsed.help) return Exit::complete;
  const po::variables_map& given = parsed.options;
  const double threshold = threshold_of(given["threshold"].as<std::string>());
  const std::string output = path_of(given, "output"), csv = path_of(given, "csv");
  if (!output.empty()) refuse_other_files(output);

  const std::size_t resamples = resamples_of(given["resamples"].as<std::string>());

  const store::SegmentReader results = open_results(parsed.words[0]);
  if (analysis::is_orbit(results)) {
    analyze_orbit(results, given, output, csv);
    return Exit::complete;
  }
  const std::string axis =
      given.count("axis") > 0 ? given["axis"].as<std::string>() : analysis::default_axis(results).name;
  analysis::Curves curves = analysis::read_curves(results, axis, experiment::spec_keys());
  report_missing(curves);
  const analysis::PhaseDiagram phase = analysis::phase_diagram(std::move(curves), threshold, resamples);
  if (!csv.empty()) say_written(analysis::write_csv(csv, phase));
  if (output.empty()) {
    print_curves(phase);
  } else {
    analysis::write_phase(output, phase, phase_attributes(results.attributes()));
    std::cout << output << ": " << phase.curves.curves.size() << " curves of " << phase.curves.used
              << " points over " << phase.curves.axis_values().size() << " values of "
              << phase.curves.axis.name << "\n";
  }
  print_transitions(phase);
  return Exit::complete;
}

}  // namespace rgsweep::cli
