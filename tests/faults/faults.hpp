// Disturbs the file system on purpose. faults.cpp stands in for the C library's functions that change files,
// also for HDF5 and the C++ library, and lets them fail or end the process at one chosen call. Linked into a
// test it is steered by these functions; preloaded into a program, by the environment variables
// RGSWEEP_FAULT_FOLDER, RGSWEEP_FAULT_CALL (a number) and RGSWEEP_FAULT_KIND (the names of fault_kinds).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace rgsweep::faults {

enum class Kind {
  none,         ///< only count
  kill,         ///< SIGKILL before the call, which is the same as after the one before it
  torn,         ///< a write puts half of its bytes, then SIGKILL; other calls: as kill
  no_space,     ///< the call fails once with ENOSPC
  io_error,     ///< the call fails once with EIO
  short_write,  ///< a write puts half of its bytes and says so
  stop          ///< SIGSTOP before the call, which happens when the process is continued
};
inline constexpr std::array<std::string_view, 7> fault_kinds{"none",     "kill",        "torn", "no_space",
                                                             "io_error", "short_write", "stop"};

inline constexpr std::size_t most_calls = 8192;

/// From now on the calls that change something in `folder` are counted, from 1, and call number `call` is
/// disturbed. fsync does nothing there: processes are killed here, not machines.
void arm(const char* folder, long call, Kind kind);
/// What has been called, a letter each: Open, pWrite, Append (write), Truncate, Sync, Rename, Unlink, Mkdir,
/// rmDir.
const char* calls();

}  // namespace rgsweep::faults
