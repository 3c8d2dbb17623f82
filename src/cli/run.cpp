// `rgsweep run`: every rank trains; the root also hands out the work and keeps the results.
#include <chrono>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <thread>

#include "command.hpp"
#include "deadline.hpp"
#include "kernel_variants.hpp"
#include "master.hpp"
#include "point_runner.hpp"
#include "refine.hpp"
#include "rgsweep/core/error.hpp"
#include "rgsweep/core/value.hpp"
#include "version.hpp"

namespace rgsweep::cli {

namespace po = boost::program_options;

namespace {

/// How long another rank leaves the root to publish its last results before it ends the job itself.
constexpr std::chrono::seconds publishing_time{6};

po::options_description run_options() {
  po::options_description options;
  const auto text = [] { return po::value<std::string>(); };
  options.add_options()("output", text()->value_name("FILE.h5"),
                        "results file; an existing one is continued")(
      "shard", text()->value_name("I/N")->default_value("1/1"), "run the I-th of N parts of the grid")(
      "deadline", text()->value_name("SECONDS|slurm|none")->default_value("none"),
      "stop in time and exit with 75")("flush-seconds", text()->value_name("S")->default_value("5"),
                                       "longest time that a finished point is in memory only")(
      "fresh", "refuse to continue existing results")("quiet", "no progress")(
      "save-weights", "also keep every trained network's weights, in the column `weights`");
  options.add_options()("retry", text()->value_name("failed"), "run points that failed before again")(
      "point-timeout", text()->value_name("SECONDS"), "a point that takes longer counts as failed");
  return options;
}

double flush_seconds(const std::string& text) {
  try {
    const double seconds = std::get<double>(parse_value(ValueType::real, text));
    if (seconds >= 0) return seconds;
  } catch (const UsageError&) {
  }
  throw UsageError("--flush-seconds " + text + ": allowed: seconds >= 0");
}

/// Infinite unless it was given.
double point_timeout(const po::variables_map& given) {
  if (given.count("point-timeout") == 0) return std::numeric_limits<double>::infinity();
  const std::string text = given["point-timeout"].as<std::string>();
  try {
    const double seconds = std::get<double>(parse_value(ValueType::real, text));
    if (seconds > 0) return seconds;
  } catch (const UsageError&) {
  }
  throw UsageError("--point-timeout " + text + ": allowed: seconds > 0");
}

bool retry_failed(const po::variables_map& given) {
  if (given.count("retry") == 0) return false;
  const std::string text = given["retry"].as<std::string>();
  if (text == "failed") return true;
  throw UsageError("--retry " + text +
                   ": allowed: failed (a point that diverged has its result: it would diverge again)");
}

RunOptions read_options(const po::variables_map& given) {
  if (given.count("output") == 0 || given["output"].as<std::string>().empty())
    throw UsageError("run needs --output FILE.h5");
  const std::string shard = given["shard"].as<std::string>();
  try {
    const sweep::Shard part = sweep::Shard::parse(shard);
    return {given["output"].as<std::string>(),
            part,
            std::to_string(part.index) + "/" + std::to_string(part.count),
            flush_seconds(given["flush-seconds"].as<std::string>()),
            given.count("fresh") != 0,
            given.count("quiet") != 0,
            given.count("save-weights") != 0,
            retry_failed(given)};
  } catch (const UsageError& error) {
    const std::string what = error.what();
    throw UsageError(what.starts_with("--") ? what : "--shard " + shard + ": " + what);
  }
}

void report(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& problem) {
    std::cerr << "rgsweep: " << problem.what() << std::endl;
  }
}

/// What does not change while a run works off the grid, and then the points that refine it.
struct Job {
  RunOptions options;
  PointLimits limits;
  Machines machines;
  double start;
  std::optional<double> deadline;  ///< on the root
  bool refined = false;            ///< these are the points that refine the grid
};

/// Publishes while the other ranks are not waited for, and so cannot train what the published points call
/// for.
int finish_alone(Master& master, schedule::Ending ending, const SweepSetup& setup, const Job& job) {
  try {
    const int code = master.finish(ending);
    if (code == Exit::complete && !job.refined && !refinement(setup, job.options).empty())
      std::cerr << "rgsweep: the same command again adds the slopes of sweep.refine" << std::endl;
    return code;
  } catch (const std::exception& error) {
    std::cerr << "rgsweep: " << error.what() << std::endl;
    return Exit::failure;
  }
}

/// Trains every point of the grid that the output lacks.
int run_grid(const SweepSetup& setup, const Job& job, Team& team) {
  std::unique_ptr<Master> master;
  team.on_root([&] {
    master = std::make_unique<Master>(setup, job.options, job.machines, silence_seconds(team));
    return std::string();
  });

  schedule::Hooks hooks;
  hooks.should_stop = [&] {
    return signal_received() || (job.deadline && schedule::steady_seconds() - job.start >= *job.deadline);
  };
  hooks.silence_seconds = silence_seconds(team);
  if (master) hooks.on_tick = [&](double now) { master->tick(now); };

  // An error of the root's is known to the root alone until on_root() shares it.
  schedule::Ending ending = schedule::Ending::complete;
  std::exception_ptr error;
  {
    schedule::Worker worker(point_runner(setup, team.rank(), job.limits), team.rank());
    const std::unique_ptr<schedule::Channel> channel = team.channel();
    try {
      ending = schedule::run_loop(*channel, worker, master ? &master->controller() : nullptr, hooks);
    } catch (const std::exception& problem) {
      // Nothing that the ranks agree on: the others may be waiting for this one.
      if (!team.root())
        throw std::runtime_error("rank " + std::to_string(team.rank()) + ": " + problem.what());
      error = std::current_exception();
      if (master->controller().abandoned()) {
        // A thread that did not stop uses what is about to go out of scope, and ranks may never answer.
        std::cerr << "rgsweep: " << problem.what() << std::endl;
        master->rescue();
        team.abort(Exit::failure);
      }
    }
    if (ending == schedule::Ending::orphaned) {
      std::cerr << "rgsweep: rank " << team.rank() << " hears nothing of rank 0 any more and ends"
                << std::endl;
      team.leave(Exit::failure);
    }
    if (master && !error && team.survives_losses() && !master->controller().lost().empty()) {
      worker.detach();
      team.leave(finish_alone(*master, ending, setup, job));
    }
    if (ending == schedule::Ending::abandoned) {
      // A task that does not stop holds its thread: the job ends without it, but not before the root has
      // published.
      worker.detach();
      if (!master) std::this_thread::sleep_for(publishing_time);
      team.abort(master ? finish_alone(*master, ending, setup, job) : static_cast<int>(Exit::stopped_early));
    }
  }
  if (team.survives_losses() && !master) team.leave(Exit::complete);
  if (team.survives_losses() && !error) team.leave(finish_alone(*master, ending, setup, job));
  if (team.survives_losses()) {
    master->rescue();
    report(error);
    team.leave(Exit::failure);
  }
  const std::string code = team.on_root([&] {
    if (error) {
      master->rescue();
      std::rethrow_exception(error);
    }
    return std::to_string(master->finish(ending));
  });
  return std::stoi(code);
}

}  // namespace

int run_command(const Arguments& arguments, Team& team) {
  install_signal_handlers();
  const Parsed parsed = parse("run", arguments, run_options(), 1, 1, true);
  if (parsed.help) return Exit::complete;
  const RunOptions options = read_options(parsed.options);
  const PointLimits limits = point_limits(point_timeout(parsed.options));
  const std::string deadline_text = parsed.options["deadline"].as<std::string>();
  const SweepSetup setup = read_sweep(parsed.words[0], parsed.overrides, team, options.save_weights);
  check_refinement(setup, options);
  Job job{options,
          limits,
          {team.gather(host_name()), team.gather(processor_name()), gather_variants(team)},
          schedule::steady_seconds(),
          {}};
  team.on_root([&] {
    job.deadline = deadline_seconds(deadline_text);
    return std::string();
  });

  // Where the grid is finished already, its refinement may have been interrupted: nothing else is to be done
  // first, so that trainings saved in the middle go on.
  const std::string interrupted = team.on_root([&] {
    try {
      return options.fresh ? std::string() : refinement(setup, options);
    } catch (const StoreError&) {
      return std::string();  // a damaged file is set aside when the output is opened for writing
    }
  });
  job.refined = !interrupted.empty();
  if (job.refined) return run_grid(refined_setup(setup, interrupted), job, team);
  const int code = run_grid(setup, job, team);
  if (code != Exit::complete && code != Exit::some_failed) return code;
  const std::string points = team.on_root([&] { return refinement(setup, options); });
  if (points.empty()) return code;
  job.options.fresh = false;
  job.refined = true;
  return run_grid(refined_setup(setup, points), job, team);
}

}  // namespace rgsweep::cli
