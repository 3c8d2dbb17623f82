// `rgsweep bench`: what training, scheduling and storing cost on this machine.
#include "bench.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>

#include "command.hpp"
#include "json.hpp"
#include "rgsweep/core/registry.hpp"
#include "rgsweep/core/variant.hpp"
#include "version.hpp"

namespace rgsweep::cli {

namespace po = boost::program_options;

namespace {

template <class... Arguments>
void print_line(const char* format, Arguments... arguments) {
  std::array<char, 160> line{};
  std::snprintf(line.data(), line.size(), format, arguments...);
  std::cout << line.data() << "\n";
}

std::string variant_name() {
  return std::string(variants()[chosen_variant()]);
}

void kernel(Json* json) {
  const PeakRates peak = measure_peak_rates();
  const std::vector<KernelFigure> figures = bench_kernel(peak);
  if (json != nullptr) {
    json->field("variant", std::string_view(variant_name()))
        .field("peak_float32_per_second", peak.float32)
        .field("peak_float64_per_second", peak.float64);
    json->key("kernel").begin_list();
    for (const KernelFigure& f : figures)
      json->begin_object()
          .field("activation", std::string_view(f.activation))
          .field("architecture", std::string_view(f.architecture))
          .field("depth", static_cast<std::uint64_t>(f.depth))
          .field("width", static_cast<std::uint64_t>(f.width))
          .field("optimizer", std::string_view(f.optimizer))
          .field("precision", std::string_view(f.precision))
          .field("us_per_step", f.step_seconds * 1e6)
          .field("fraction_of_peak", f.peak_fraction)
          .end_object();
    json->end_list();
    return;
  }
  print_line("training on variant %s; measured peak %.1f (float32) and %.1f (float64) billion operations/s",
             variant_name().c_str(), peak.float32 * 1e-9, peak.float64 * 1e-9);
  print_line("%-11s %-4s %5s %5s  %-9s %-9s %10s %10s", "activation", "", "depth", "width", "optimizer",
             "precision", "us/step", "of peak");
  for (const KernelFigure& f : figures)
    print_line("%-11s %-4s %5d %5d  %-9s %-9s %10.3f %9.1f%%", f.activation.c_str(), f.architecture.c_str(),
               static_cast<int>(f.depth), static_cast<int>(f.width), f.optimizer.c_str(), f.precision.c_str(),
               f.step_seconds * 1e6, 100 * f.peak_fraction);
}

void scheduler(Json* json) {
  const std::vector<SchedulerFigure> figures = bench_scheduler();
  if (json != nullptr) {
    json->key("scheduler").begin_list();
    for (const SchedulerFigure& f : figures)
      json->begin_object()
          .field("point_seconds", f.task_seconds)
          .field("ranks", static_cast<std::uint64_t>(f.ranks))
          .field("points", f.points)
          .field("us_per_point", f.seconds_per_point * 1e6)
          .field("idle_share", f.idle_share)
          .field("most_ranks", f.most_ranks)
          .end_object();
    json->end_list();
    return;
  }
  std::cout << "simulated ranks, points that differ a hundredfold in cost\n";
  print_line("%-9s %7s %9s %16s %8s %22s", "seconds", "", "", "us/point of the", "", "ranks at which one");
  print_line("%-9s %7s %9s %16s %8s %22s", "a point", "ranks", "points", "master's time", "idle",
             "master is saturated");
  for (const SchedulerFigure& f : figures)
    print_line("%-9g %7d %9llu %16.2f %7.1f%% %22.0f", f.task_seconds, f.ranks,
               static_cast<unsigned long long>(f.points), f.seconds_per_point * 1e6, 100 * f.idle_share,
               f.most_ranks);
}

void store(Json* json) {
  const std::vector<StoreFigure> figures = bench_store();
  if (json != nullptr) {
    json->key("store").begin_list();
    for (const StoreFigure& f : figures)
      json->begin_object()
          .field("experiment", std::string_view(f.experiment))
          .field("points", f.points)
          .field("us_per_point", f.seconds_per_point * 1e6)
          .field("bytes_per_point", f.bytes_per_point)
          .field("status_seconds", f.status_seconds)
          .end_object();
    json->end_list();
    return;
  }
  print_line("%-12s %9s %14s %14s %12s", "storing", "points", "us/point", "bytes/point", "status, s");
  for (const StoreFigure& f : figures)
    print_line("%-12s %9llu %14.2f %14.1f %12.3f", f.experiment.c_str(),
               static_cast<unsigned long long>(f.points), f.seconds_per_point * 1e6, f.bytes_per_point,
               f.status_seconds);
}

struct Part {
  std::string_view name;
  void (*run)(Json*);
};

std::span<const Part> parts() {
  static constexpr std::array table{Part{"kernel", kernel}, Part{"scheduler", scheduler},
                                    Part{"store", store}};
  return table;
}

}  // namespace

int bench_command(const Arguments& arguments, Team&) {
  po::options_description options;
  options.add_options()("json", "machine-readable");
  const Parsed parsed = parse("bench", arguments, options, 0, 1);
  if (parsed.help) return Exit::complete;
  std::vector<Part> chosen(parts().begin(), parts().end());
  if (!parsed.words.empty()) chosen = {lookup(parts(), parsed.words[0], "benchmark")};
  if (parsed.options.count("json") == 0) {
    std::cout << processor_name() << "\n";
    for (const Part& part : chosen) {
      std::cout << "\n";
      part.run(nullptr);
      std::cout.flush();
    }
    return Exit::complete;
  }
  Json json;
  json.begin_object().field("processor", std::string_view(processor_name()));
  for (const Part& part : chosen) part.run(&json);
  json.end_object();
  std::cout << json.text() << "\n";
  return Exit::complete;
}

}  // namespace rgsweep::cli
