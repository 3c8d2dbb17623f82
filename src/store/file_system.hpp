// Every system call by which this module changes the file system, one function each, so that there is one
// place to reason about (and to disturb) the order in which things reach the disk. Failures are StoreErrors
// that name the path and the system's reason.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "rgsweep/core/error.hpp"

namespace rgsweep::store::files {

using Path = std::filesystem::path;

/// "cannot ACTION PATH: reason", with the reason of the given errno.
[[noreturn]] void fail(const std::string& action, const Path& path, int error);

/// The folder that holds `path`: "." for a bare name.
Path folder_of(const Path& path);
bool exists(const Path& path);
bool is_folder(const Path& path);
bool writable(const Path& folder);
/// Names in a folder, sorted; none when it does not exist.
std::vector<std::string> list(const Path& folder);

/// Creates a folder, unless it is there.
void make_folder(const Path& path);
/// Removes a folder if it is empty; otherwise it stays.
void remove_empty_folder(const Path& path);
/// Removes a file, if it is there.
void remove(const Path& path);
void rename(const Path& from, const Path& to);
void append(const Path& path, std::span<const unsigned char> bytes);
/// fsync of a file's contents.
void sync(const Path& path);
/// fsync of a folder, after which its renames and removals survive a crash.
void sync_folder(const Path& folder);

/// Makes sure that `count` more files can be open at once, by raising this process's limit if need be. Throws
/// StoreError that says what the limit is.
void allow_open_files(std::size_t count);

/// Removes a file if that is possible.
void remove_quietly(const Path& path) noexcept;

/// PATH.HOST-PID.tmp, both as hex digits: no other process writes under this name, also not one that believes
/// to be writing the same file. A process that is replaced may have its temporary files removed, and then
/// can publish none of them.
Path temporary_name(const Path& path);
/// Whether `name` is that of a temporary file, of any process, that was to become `target`, or any target for
/// "".
bool is_temporary(const std::string& name, const std::string& target = "");

/// Makes a finished temporary file appear as `to` in one step: fsync, rename, fsync of the folder. `allowed`
/// is asked just before the rename and may throw.
void publish(const Path& temporary, const Path& to, const std::function<void()>& allowed = {});

/// Renames a damaged file to PATH.corrupt-N with the first free N, which it returns.
Path set_aside(const Path& path);

/// An open file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept;
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  void close();

 private:
  int fd_ = -1;
};

/// Writes all bytes at the file's position, in as many calls as it takes. `path` is for messages.
void write_all(const Descriptor& file, const Path& path, std::span<const unsigned char> bytes);

/// open(2) with O_CLOEXEC, mode 0666 (less the umask), repeated when a signal interrupts; -1 and errno on
/// failure.
Descriptor open(const Path& path, int flags);

}  // namespace rgsweep::store::files
