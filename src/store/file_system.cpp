#include "file_system.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rgsweep/core/hash.hpp"

namespace rgsweep::store::files {
namespace {

void sync_opened(const Descriptor& file, const Path& path) {
  // Some network file systems cannot fsync a folder and say so with EINVAL; there is nothing more to ask of
  // them.
  if (::fsync(file.get()) != 0 && errno != EINVAL) fail("fsync", path, errno);
}

}  // namespace

void fail(const std::string& action, const Path& path, int error) {
  throw StoreError("cannot " + action + " " + path.string() + ": " + std::generic_category().message(error));
}

Path folder_of(const Path& path) {
  return path.has_parent_path() ? path.parent_path() : Path(".");
}

bool exists(const Path& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

bool is_folder(const Path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool writable(const Path& folder) {
  return ::access(folder.c_str(), W_OK) == 0;
}

std::vector<std::string> list(const Path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (const std::filesystem::directory_iterator end; !error && entry != end; entry.increment(error))
    names.push_back(entry->path().filename().string());
  if (error && error != std::errc::no_such_file_or_directory) fail("list", folder, error.value());
  std::sort(names.begin(), names.end());
  return names;
}

void make_folder(const Path& path) {
  if (::mkdir(path.c_str(), 0777) != 0 && !(errno == EEXIST && is_folder(path)))
    fail("create the folder", path, errno);
}

void remove_empty_folder(const Path& path) {
  if (::rmdir(path.c_str()) != 0 && errno != ENOENT && errno != ENOTEMPTY && errno != EEXIST)
    fail("remove the folder", path, errno);
}

void remove(const Path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail("remove", path, errno);
}

void rename(const Path& from, const Path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) fail("rename " + from.string() + " to", to, errno);
}

void append(const Path& path, std::span<const unsigned char> bytes) {
  const Descriptor file = open(path, O_WRONLY | O_APPEND);
  if (!file.open()) fail("open", path, errno);
  write_all(file, path, bytes);
}

void write_all(const Descriptor& file, const Path& path, std::span<const unsigned char> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void sync(const Path& path) {
  const Descriptor file = open(path, O_RDWR);
  if (!file.open()) fail("open", path, errno);
  sync_opened(file, path);
}

void sync_folder(const Path& folder) {
  const Descriptor file = open(folder, O_RDONLY | O_DIRECTORY);
  if (!file.open()) fail("open the folder", folder, errno);
  sync_opened(file, folder);
}

void allow_open_files(std::size_t count) {
  constexpr rlim_t others = 64;  // libraries, MPI, standard streams
  const rlim_t needed = count + others;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= needed)
    return;
  if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < needed)
    throw StoreError("cannot open " + std::to_string(count) +
                     " files at once, the limit of this process is " + std::to_string(limit.rlim_max) +
                     " (ulimit -Hn); merge fewer at a time");
  limit.rlim_cur = needed;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

void remove_quietly(const Path& path) noexcept {
  ::unlink(path.c_str());
}

Path temporary_name(const Path& path) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  std::array<char, 32> tail{};
  std::snprintf(tail.data(), tail.size(), ".%08x-%x.tmp",
                static_cast<unsigned>(hash(host.data()) & 0xffffffffU), static_cast<unsigned>(::getpid()));
  return path.string() + tail.data();
}

bool is_temporary(const std::string& name, const std::string& target) {
  if (!name.ends_with(".tmp") || !name.starts_with(target)) return false;
  if (target.empty()) return true;
  const std::string tail = name.substr(target.size());
  return tail == ".tmp" || (tail.size() > 14 && tail[0] == '.' && tail[9] == '-' &&
                            tail.find_first_not_of("0123456789abcdef-", 1) == tail.size() - 4);
}

void publish(const Path& temporary, const Path& to, const std::function<void()>& allowed) {
  sync(temporary);
  if (allowed) allowed();
  files::rename(temporary, to);
  sync_folder(folder_of(to));
}

Path set_aside(const Path& path) {
  for (int n = 1;; ++n) {
    Path target = path.string() + ".corrupt-" + std::to_string(n);
    if (files::exists(target)) continue;
    files::rename(path, target);
    return target;
  }
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void Descriptor::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Descriptor open(const Path& path, int flags) {
  int fd = -1;
  do fd = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
  while (fd < 0 && errno == EINTR);
  return Descriptor(fd);
}

}  // namespace rgsweep::store::files
