// The ranks of this run seen from the command line: one process, or the members of an MPI job. What happens
// on the root only (files, messages) is agreed on by all, so that every rank ends with the same exit code.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rgsweep/transport/mpi.hpp"

namespace rgsweep::cli {

class Team {
 public:
  /// `session` is null for a plain process.
  explicit Team(transport::MpiSession* session = nullptr) : session_(session) {}

  int rank() const { return session_ != nullptr ? session_->rank() : 0; }
  int size() const { return session_ != nullptr ? session_->size() : 1; }
  bool root() const { return rank() == 0; }

  /// Runs `work` on the root and gives its text to every rank. What it throws is thrown on every rank, as the
  /// same kind of error with the same message. Collective.
  std::string on_root(const std::function<std::string()>& work) const;
  /// One text from each rank, on the root. Collective.
  std::vector<std::string> gather(const std::string& text) const;

  /// The message loop's wire. Collective.
  std::unique_ptr<schedule::Channel> channel() const;
  /// Whether a rank may be lost without the end of the whole job. Then there must be no collective call at
  /// the end: each rank leaves by itself.
  bool survives_losses() const { return session_ != nullptr && transport::survives_losses(); }
  /// Ends this process alone.
  [[noreturn]] void leave(int code) const;
  /// Ends the job at once, without waiting for anybody.
  [[noreturn]] void abort(int code) const;

 private:
  transport::MpiSession* session_;
};

}  // namespace rgsweep::cli
