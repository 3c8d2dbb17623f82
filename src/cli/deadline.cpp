#include "deadline.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>

#include <unistd.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/core/text.hpp"
#include "rgsweep/core/value.hpp"

namespace rgsweep::cli {

namespace {

/// Left for noticing the deadline, the last flush and the end of MPI before Slurm kills the job. Of a short
/// time a quarter, lest a job that never gets to work is started again and again.
double slurm_margin(double left) {
  return std::clamp(left / 4, 0.0, 30.0);
}

// A handler may run on any thread.
std::atomic<bool> signalled = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int number) {
  if (signalled.exchange(true) && number == SIGINT) _exit(128 + SIGINT);
}

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  std::array<char, 256> buffer{};
  while (pipe && std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe.get()) != nullptr)
    text += buffer.data();
  return text;
}

/// An environment variable of digits, as goes into a command; none when it is not set.
std::optional<std::string> number_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  const std::string text = value;
  if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)
    throw UsageError("--deadline slurm: " + std::string(name) + " is '" + text + "', not a number");
  return text;
}

/// The job's name for squeue. One task of an array has the id of the whole array as its own.
std::string slurm_job() {
  const std::optional<std::string> array = number_variable("SLURM_ARRAY_JOB_ID");
  const std::optional<std::string> task = number_variable("SLURM_ARRAY_TASK_ID");
  if (array && task) return *array + "_" + *task;
  const std::optional<std::string> job = number_variable("SLURM_JOB_ID");
  if (!job) throw UsageError("--deadline slurm: this process is in no Slurm job (SLURM_JOB_ID is not set)");
  return *job;
}

std::optional<double> slurm_seconds_left() {
  const std::string job = slurm_job();
  if (const std::optional<std::string> end = number_variable("SLURM_JOB_END_TIME"))
    return std::get<double>(parse_value(ValueType::real, *end)) - static_cast<double>(std::time(nullptr));
  // Slurm before 23.02 does not set the variable.
  const std::string answer = output_of("squeue -h -j " + job + " -o %L 2>/dev/null");
  const std::string left(trim(answer));
  if (left == "UNLIMITED") return std::nullopt;
  const std::optional<double> seconds = parse_time_left(left);
  if (!seconds)
    throw UsageError("--deadline slurm: squeue says '" + left + "' of the time left to job " + job +
                     "; give --deadline SECONDS");
  return seconds;
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (const int number : {SIGTERM, SIGINT, SIGUSR1}) sigaction(number, &action, nullptr);
  // A reader of the progress that goes away must not end the run.
  std::signal(SIGPIPE, SIG_IGN);
}

bool signal_received() {
  return signalled;
}

std::optional<double> parse_time_left(std::string_view text) {
  double days = 0;
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + dash, days);
    if (error != std::errc{} || end != text.data() + dash) return std::nullopt;
    text.remove_prefix(dash + 1);
  }
  double seconds = 0;
  for (const std::string& part : split(text, ':')) {
    double number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (error != std::errc{} || end != part.data() + part.size()) return std::nullopt;
    seconds = 60 * seconds + number;
  }
  if (text.empty()) return std::nullopt;
  return days * 86400 + seconds;
}

std::optional<double> deadline_seconds(std::string_view text) {
  if (text == "none") return std::nullopt;
  if (text == "slurm") {
    const std::optional<double> left = slurm_seconds_left();
    return left ? std::optional<double>(*left - slurm_margin(*left)) : std::nullopt;
  }
  try {
    const double seconds = std::get<double>(parse_value(ValueType::real, text));
    if (seconds >= 0) return seconds;
  } catch (const UsageError&) {
  }
  throw UsageError("--deadline " + std::string(text) + ": allowed: seconds >= 0, slurm, none");
}

}  // namespace rgsweep::cli
