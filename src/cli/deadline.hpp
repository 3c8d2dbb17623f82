// When a run has to end early: signals, and a deadline given in seconds or by Slurm.
#pragma once

#include <optional>
#include <string_view>

namespace rgsweep::cli {

/// SIGTERM, SIGINT and SIGUSR1 ask the run to stop; a second SIGINT ends the process at once. SIGPIPE is
/// ignored.
void install_signal_handlers();
/// Whether one of them has come.
bool signal_received();

/// The time left that `squeue -o %L` prints ("D-HH:MM:SS", "MM:SS", ...), in seconds; none for anything
/// else, such as UNLIMITED.
std::optional<double> parse_time_left(std::string_view text);

/// Seconds from now at which to stop, from the value of --deadline: a number, `slurm` (the end of the job,
/// less a margin for the last flush), or `none`. Throws UsageError for anything else, and outside a job for
/// `slurm`.
std::optional<double> deadline_seconds(std::string_view text);

}  // namespace rgsweep::cli
