#include "faults.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

namespace rgsweep::faults {
namespace {

constexpr std::size_t most_files = 4096;
constexpr std::size_t longest_path = 4096;

// Plain data only: the functions below are called before constructors run and between fork and exit.
char watched[longest_path];
char letters[most_calls];
long counted = 0, disturbed = 0;
Kind fault = Kind::none;
bool inside[most_files];  // descriptors of files in the watched folder that may be written

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool is_inside(const char* path) {
  const std::size_t length = std::strlen(watched);
  return length > 0 && path != nullptr && std::strncmp(path, watched, length) == 0;
}

bool is_inside(int fd) {
  return fd >= 0 && static_cast<std::size_t>(fd) < most_files && inside[fd];
}

void die() {
  ::kill(::getpid(), SIGKILL);
}

/// Counts one call. The kind of disturbance it has to suffer, if any.
Kind count(char letter) {
  if (static_cast<std::size_t>(counted) + 1 < most_calls) letters[counted] = letter;
  return ++counted == disturbed ? fault : Kind::none;
}

/// For calls that either happen or do not. True when this one is to fail; errno is set then.
bool fails(char letter) {
  switch (count(letter)) {
    case Kind::kill:
    case Kind::torn:
      die();
      return true;
    case Kind::no_space:
      errno = ENOSPC;
      return true;
    case Kind::io_error:
      errno = EIO;
      return true;
    case Kind::stop:
      ::kill(::getpid(), SIGSTOP);
      return false;
    default:
      return false;
  }
}

/// For writes: how many of `bytes` to write; -1 for none, with errno set. Ends the process if need be.
template <class Write>
ssize_t disturbed_write(char letter, std::size_t bytes, Write write) {
  switch (count(letter)) {
    case Kind::kill:
      die();
      return -1;
    case Kind::torn:
      static_cast<void>(write(bytes / 2));
      die();
      return -1;
    case Kind::no_space:
      errno = ENOSPC;
      return -1;
    case Kind::io_error:
      errno = EIO;
      return -1;
    case Kind::stop:
      ::kill(::getpid(), SIGSTOP);
      return write(bytes);
    case Kind::short_write:
      return write(std::max<std::size_t>(bytes / 2, 1));
    default:
      return write(bytes);
  }
}

template <class Open>
int watched_open(const char* path, int flags, Open open) {
  const bool changes = (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;
  if (changes && is_inside(path) && fails('o')) return -1;
  const int fd = open();
  // Folders are opened for reading to be synced.
  const bool watch = is_inside(path) && (changes || (flags & O_DIRECTORY) != 0);
  if (fd >= 0 && static_cast<std::size_t>(fd) < most_files) inside[fd] = watch;
  return fd;
}

__attribute__((constructor)) void arm_from_environment() {
  const char *folder = std::getenv("RGSWEEP_FAULT_FOLDER"), *call = std::getenv("RGSWEEP_FAULT_CALL"),
             *kind = std::getenv("RGSWEEP_FAULT_KIND");
  if (folder == nullptr || call == nullptr || kind == nullptr) return;
  const auto* const found = std::find(fault_kinds.begin(), fault_kinds.end(), kind);
  if (found == fault_kinds.end()) std::abort();
  arm(folder, std::atol(call), static_cast<Kind>(found - fault_kinds.begin()));
}

}  // namespace

void arm(const char* folder, long call, Kind kind) {
  std::strncpy(watched, folder, longest_path - 1);
  std::memset(letters, 0, most_calls);
  counted = 0;
  disturbed = call;
  fault = kind;
}

const char* calls() {
  return letters;
}

}  // namespace rgsweep::faults

using namespace rgsweep::faults;

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return watched_open(path, flags,
                      [=] { return next<int(const char*, int, ...)>("open")(path, flags, mode); });
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return watched_open(path, flags,
                      [=] { return next<int(const char*, int, ...)>("open64")(path, flags, mode); });
}

int close(int fd) {
  if (fd >= 0 && static_cast<std::size_t>(fd) < most_files) inside[fd] = false;
  return next<int(int)>("close")(fd);
}

ssize_t write(int fd, const void* data, size_t bytes) {
  const auto real = [=](size_t n) { return next<ssize_t(int, const void*, size_t)>("write")(fd, data, n); };
  return is_inside(fd) ? disturbed_write('a', bytes, real) : real(bytes);
}

ssize_t pwrite(int fd, const void* data, size_t bytes, off_t at) {
  const auto real = [=](size_t n) {
    return next<ssize_t(int, const void*, size_t, off_t)>("pwrite")(fd, data, n, at);
  };
  return is_inside(fd) ? disturbed_write('w', bytes, real) : real(bytes);
}

ssize_t pwrite64(int fd, const void* data, size_t bytes, off64_t at) {
  const auto real = [=](size_t n) {
    return next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64")(fd, data, n, at);
  };
  return is_inside(fd) ? disturbed_write('w', bytes, real) : real(bytes);
}

int ftruncate(int fd, off_t length) {
  if (is_inside(fd) && fails('t')) return -1;
  return next<int(int, off_t)>("ftruncate")(fd, length);
}

int ftruncate64(int fd, off64_t length) {
  if (is_inside(fd) && fails('t')) return -1;
  return next<int(int, off64_t)>("ftruncate64")(fd, length);
}

int fsync(int fd) {
  if (is_inside(fd)) return fails('s') ? -1 : 0;
  return next<int(int)>("fsync")(fd);
}

int rename(const char* from, const char* to) noexcept {
  if (is_inside(to) && fails('r')) return -1;
  return next<int(const char*, const char*)>("rename")(from, to);
}

int unlink(const char* path) noexcept {
  if (is_inside(path) && fails('u')) return -1;
  return next<int(const char*)>("unlink")(path);
}

int mkdir(const char* path, mode_t mode) noexcept {
  if (is_inside(path) && fails('m')) return -1;
  return next<int(const char*, mode_t)>("mkdir")(path, mode);
}

int rmdir(const char* path) noexcept {
  if (is_inside(path) && fails('d')) return -1;
  return next<int(const char*)>("rmdir")(path);
}

}  // extern "C"
