#include "sealed_file.hpp"

#include <cerrno>
#include <exception>

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file_system.hpp"
#include "layout_names.hpp"
#include "trailer.hpp"

namespace rgsweep::store {
namespace {

constexpr std::uintmax_t slowest_bytes_per_second = std::uintmax_t{1} << 20;

}  // namespace

bool must_be_sealed(const std::filesystem::path& path) {
  return segment_number(path.filename().string()).has_value() || has_trailer(path);
}

void try_reading(const std::filesystem::path& path, const std::function<void()>& read) {
  const pid_t child = ::fork();
  if (child < 0) files::fail("start a process to read", path, errno);
  if (child == 0) {
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) ::signal(number, SIG_DFL);
    const rlimit no_core{};
    ::setrlimit(RLIMIT_CORE, &no_core);
    // Nor may it read for ever: far more than a sound file of this size needs.
    const rlim_t seconds = 20 + std::filesystem::file_size(path) / slowest_bytes_per_second;
    const rlimit processor_time{seconds, seconds};
    ::setrlimit(RLIMIT_CPU, &processor_time);
    try {
      read();
    } catch (const std::exception&) {  // this process will meet it too, and say so
    }
    ::_exit(0);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw DamagedFile(path.string() + " is damaged: HDF5 does not survive reading it");
}

OpenedFile open_checked(const std::filesystem::path& path, bool content) {
  if (must_be_sealed(path)) {
    check_trailer(path, content);
    return {open_file(path.string()), true};
  }
  // Programs that rewrite a file end it where HDF5 does; a flipped or cut trailer does not look like that.
  const auto damaged = [&] {
    return DamagedFile(path.string() + " is truncated or was changed: its last bytes are no rgsweep trailer");
  };
  Handle file;
  try {
    file = open_file(path.string());
  } catch (const StoreError&) {
    throw damaged();
  }
  haddr_t end = 0;
  checked(H5Fget_eoa(file, &end), "find the end of " + path.string());
  if (end != std::filesystem::file_size(path)) throw damaged();
  return {std::move(file), false};
}

}  // namespace rgsweep::store
