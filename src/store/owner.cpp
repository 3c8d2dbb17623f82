#include "owner.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rgsweep::store {
namespace {

using Path = std::filesystem::path;

constexpr const char* file_name = "owner";

struct Identity {
  Owner owner;
  std::string
      ticks;  ///< start of the process in kernel ticks, which tells it from a later one of the same pid
};

std::string this_host() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

/// Field 22 of /proc/PID/stat; the process's name before it is in parentheses and may contain anything.
std::string start_ticks(std::int64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return "";
  std::istringstream fields(text.substr(name_end + 1));
  std::string field;
  for (int i = 3; i <= 22; ++i) fields >> field;
  return field;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

/// Four lines: host, pid, start, ticks.
std::string describe_this_process() {
  const std::int64_t pid = ::getpid();
  return this_host() + "\n" + std::to_string(pid) + "\n" + utc_now() + "\n" + start_ticks(pid) + "\n";
}

/// None for a file that is empty or cut short: its writer died while it wrote.
std::optional<Identity> parse(const std::string& text) {
  std::istringstream lines(text);
  Identity result;
  std::string pid;
  if (!std::getline(lines, result.owner.host) || !std::getline(lines, pid) ||
      !std::getline(lines, result.owner.start) || !std::getline(lines, result.ticks))
    return std::nullopt;
  const auto [end, error] = std::from_chars(pid.data(), pid.data() + pid.size(), result.owner.pid);
  if (error != std::errc() || end != pid.data() + pid.size() || result.owner.pid <= 0) return std::nullopt;
  return result;
}

std::optional<Identity> read(const files::Descriptor& file) {
  std::array<char, 1024> text{};
  const ssize_t bytes = ::pread(file.get(), text.data(), text.size(), 0);
  return bytes > 0 ? parse(std::string(text.data(), static_cast<std::size_t>(bytes))) : std::nullopt;
}

/// Seconds since the owner's last sign of life, by this host's clock.
double silence(const files::Descriptor& file) {
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return 0;
  return std::difftime(std::time(nullptr), info.st_mtime);
}

bool process_lives(const Identity& identity) {
  if (::kill(static_cast<pid_t>(identity.owner.pid), 0) != 0 && errno == ESRCH) return false;
  const std::string ticks = start_ticks(identity.owner.pid);
  return identity.ticks.empty() || ticks.empty() || ticks == identity.ticks;
}

bool lives(const Identity& identity, const files::Descriptor& file) {
  return identity.owner.host == this_host() ? process_lives(identity) : silence(file) < silence_seconds;
}

[[noreturn]] void refuse(const Path& path, const std::optional<Identity>& holder) {
  const std::string parts = files::folder_of(path).string();
  if (!holder) throw StoreError(parts + " is being written by another process");
  const bool here = holder->owner.host == this_host();
  throw StoreError(
      parts + " is being written by process " + std::to_string(holder->owner.pid) + " on host " +
      holder->owner.host + " since " + holder->owner.start +
      (here ? "" : "; if that process has ended, remove " + path.string() + " or wait a minute"));
}

bool same_file(const files::Descriptor& file, const Path& path) {
  struct stat opened {
  }, named{};
  return ::fstat(file.get(), &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

}  // namespace

OwnerLock::OwnerLock(const Path& parts) : path_(parts / file_name) {
  while (!try_take()) {
  }
}

/// False when the file changed hands meanwhile and it is worth another try.
bool OwnerLock::try_take() {
  file_ = files::open(path_, O_RDWR | O_CREAT);
  if (!file_.open()) files::fail("create", path_, errno);
  const bool locked = ::flock(file_.get(), LOCK_EX | LOCK_NB) == 0;
  if (!locked && errno == EWOULDBLOCK) refuse(path_, read(file_));
  if (!same_file(file_, path_)) return false;

  const std::optional<Identity> before = read(file_);
  if (before) {
    // On this host a lock that could be taken proves that the one who held it is gone.
    const bool gone = locked && before->owner.host == this_host();
    if (!gone && lives(*before, file_)) refuse(path_, before);
    files::remove(path_);
    return false;
  }
  const std::string text = describe_this_process();
  files::write_all(file_, path_, {reinterpret_cast<const unsigned char*>(text.data()), text.size()});
  return true;
}

OwnerLock::~OwnerLock() {
  try {
    release();
  } catch (const StoreError&) {  // a file that stays is stale, and the next writer takes it over
  }
}

bool OwnerLock::still_ours() const {
  return file_.open() && same_file(file_, path_);
}

void OwnerLock::check() const {
  if (still_ours()) return;
  const std::optional<Owner> other = read_owner(files::folder_of(path_));
  throw StoreError(files::folder_of(path_).string() + " was taken over" +
                   (other ? " by process " + std::to_string(other->pid) + " on host " + other->host : "") +
                   "; nothing more is written here");
}

void OwnerLock::touch() const {
  ::futimens(file_.get(), nullptr);
}

void OwnerLock::release() {
  if (still_ours()) files::remove(path_);
  file_.close();
}

std::optional<Owner> read_owner(const Path& parts) {
  const files::Descriptor file = files::open(parts / file_name, O_RDONLY);
  if (!file.open()) return std::nullopt;
  std::optional<Identity> identity = read(file);
  if (!identity) return std::nullopt;
  identity->owner.alive = lives(*identity, file);
  return identity->owner;
}

}  // namespace rgsweep::store
