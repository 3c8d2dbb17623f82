// The message loop over real MPI: `mpirun -n RANKS test_transport_mpi SCENARIO RANKS`. Exits 0 when all is as
// it should be; a launch that gives N single ranks instead of one job of N is a failure.
#include "rgsweep/transport/mpi.hpp"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/schedule/class_source.hpp"
#include "rgsweep/schedule/loop.hpp"

namespace {

using namespace rgsweep;
using namespace rgsweep::schedule;

bool failed = false;

void expect(bool good, const std::string& what) {
  if (good) return;
  failed = true;
  std::fprintf(stderr, "FAILED: %s\n", what.c_str());
}

void doze(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

/// A row whose content follows from the index, with a run of missing values in it.
Row row_of(std::uint64_t index, std::size_t numbers) {
  Row row;
  row.point_id = index * 0x9e3779b97f4a7c15U;
  for (std::size_t i = 0; i < numbers; ++i)
    row.numbers.push_back(i > 3 && i < 10 ? std::numeric_limits<double>::quiet_NaN()
                                          : std::sin(static_cast<double>(index * 31 + i)));
  row.texts = {"point " + std::to_string(index), ""};
  return row;
}

struct Seen {
  std::vector<int> times;
  std::set<std::uint32_t> workers;
  bool right = true;
  bool all_once() const {
    for (const int n : times)
      if (n != 1) return false;
    return true;
  }
};

struct Outcome {
  Seen seen;
  Ending ending = Ending::complete;
  std::string error;
};

/// Runs tasks 0 .. count - 1 on all ranks; rows have so many numbers. Seen is filled on rank 0.
Outcome run_job(transport::MpiSession& session, std::uint64_t count, std::size_t numbers,
                const Worker::Run& run, const Hooks& hooks = {}) {
  transport::MpiChannel channel(session);
  ClassSource source(
      {{1e-3, 0, count}}, {}, [](std::uint64_t o) { return o; }, [](std::uint64_t) { return false; });
  Outcome outcome;
  outcome.seen.times.resize(count, 0);
  Controller controller(source, {}, session.size(), [&](Result&& result) {
    ++outcome.seen.times.at(result.task.index);
    outcome.seen.workers.insert(result.worker);
    outcome.seen.right = outcome.seen.right && result.row == row_of(result.task.index, numbers);
  });
  Worker worker(run, session.rank());
  try {
    outcome.ending = run_loop(channel, worker, session.rank() == 0 ? &controller : nullptr, hooks);
  } catch (const Error& error) {
    outcome.error = error.what();
  }
  return outcome;
}

/// 1000 tasks, some long, all rows once and intact, from every rank.
void sweep(transport::MpiSession& session) {
  const Outcome outcome = run_job(session, 1000, 40, [](std::uint64_t i, const StopToken&) {
    doze(i < 8 ? 0.1 : 2e-4);
    return row_of(i, 40);
  });
  expect(outcome.ending == Ending::complete, "the sweep is complete");
  if (session.rank() != 0) return;
  expect(outcome.seen.all_once(), "every row arrives once");
  expect(outcome.seen.right, "every row is intact");
  expect(outcome.seen.workers.size() == static_cast<std::size_t>(session.size()), "every rank took part");
}

/// Rows of 4 MB that do not compress: they cross while their sender sleeps and computes.
void large(transport::MpiSession& session) {
  constexpr std::size_t numbers = 500000;
  const Outcome outcome =
      run_job(session, 24, numbers, [](std::uint64_t i, const StopToken&) { return row_of(i, numbers); });
  expect(outcome.ending == Ending::complete, "the sweep is complete");
  if (session.rank() == 0)
    expect(outcome.seen.all_once() && outcome.seen.right, "every large row arrives intact");
}

/// The last rank notices a stop.
void stop(transport::MpiSession& session) {
  const auto start = std::chrono::steady_clock::now();
  Hooks hooks;
  if (session.rank() == session.size() - 1)
    hooks.should_stop = [&] {
      return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(300);
    };
  const Outcome outcome = run_job(
      session, 1000000, 10,
      [](std::uint64_t i, const StopToken& token) {
        for (int k = 0; k < 20; ++k) {
          if (token.requested()) throw Stopped();
          doze(1e-3);
        }
        return row_of(i, 10);
      },
      hooks);
  expect(outcome.ending == Ending::stopped, "every rank knows that the run was stopped");
  if (session.rank() == 0)
    expect(!outcome.seen.workers.empty() && outcome.seen.right, "finished rows have arrived");
}

/// A task throws on whatever rank runs it.
void failure(transport::MpiSession& session) {
  const Outcome outcome = run_job(session, 1000, 10, [](std::uint64_t i, const StopToken&) {
    if (i == 500) throw std::logic_error("no such index");
    doze(1e-4);
    return row_of(i, 10);
  });
  if (session.rank() == 0)
    expect(outcome.error == "no such index", "rank 0 reports the text of the error");
  else
    expect(outcome.ending == Ending::stopped, "the other ranks have been stopped");
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// One task that sleeps for 1 s: every rank waits, for it or for work, and at the end for rank 0.
void idle(transport::MpiSession& session) {
  constexpr double seconds = 1;
  const double before = cpu_seconds();
  const Outcome outcome = run_job(session, 1, 10, [](std::uint64_t i, const StopToken&) {
    doze(seconds);
    return row_of(i, 10);
  });
  const double share = (cpu_seconds() - before) / seconds;
  expect(outcome.ending == Ending::complete, "the sweep is complete");
  expect(share < 0.2, "a waiting rank burns " + std::to_string(100 * share) + " % of a core");
  std::printf("rank %d: %.2f %% of a core while waiting\n", session.rank(), 100 * share);
  if (session.rank() == 0) doze(seconds);  // as if the last file were being written
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return EXIT_FAILURE;
  const std::string scenario = argv[1];
  const int ranks = std::atoi(argv[2]);
  expect(transport::launched_under_mpi(), "the launch is recognised");
  transport::MpiSession session(argc, argv);
  expect(session.size() == ranks, "one job of " + std::to_string(ranks) + " ranks");
  const std::vector<std::string> names = session.gather("rank" + std::to_string(session.rank()));
  if (session.rank() == 0) {
    expect(names.size() == static_cast<std::size_t>(ranks), "a name from every rank");
    for (std::size_t i = 0; i < names.size(); ++i)
      expect(names[i] == "rank" + std::to_string(i), "names in order");
  }
  if (failed) session.abort(EXIT_FAILURE);
  const struct {
    const char* name;
    void (*run)(transport::MpiSession&);
  } scenarios[] = {{"sweep", sweep}, {"stop", stop}, {"failure", failure}, {"large", large}, {"idle", idle}};
  bool known = false;
  for (const auto& entry : scenarios)
    if (scenario == entry.name) {
      known = true;
      entry.run(session);
    }
  expect(known, "a known scenario");
  const double before = cpu_seconds();
  session.finish();
  if (scenario == "idle") expect(cpu_seconds() - before < 0.3, "the wait at the end burns no core");
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
