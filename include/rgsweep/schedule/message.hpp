// What the controller and the workers say to each other, and its binary form.
//
//   worker -> controller   report    results; tasks handed back; whether more work is wanted or a stop was
//   noticed
//                          failure   a programming error in a task: the run ends with this text
//                          farewell  the last message, in answer to finish
//   controller -> worker   work      tasks, to be run in order
//                          stop      start nothing more, abandon what runs, hand the rest back
//                          finish    the run is over
//   both ways              alive     a sign of life, where ranks may be lost; the controller answers it
//
// Binary form: little-endian, as all machines of a job are; a row's numbers are run-length coded, because
// rows are full of missing values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rgsweep/core/record.hpp"
#include "rgsweep/schedule/source.hpp"
#include "rgsweep/schedule/stop.hpp"

namespace rgsweep::schedule {

enum class MessageKind : std::uint8_t { report = 1, failure, farewell, work, stop, finish, alive };

/// A task that has been run.
struct Result {
  Task task;
  double measured_seconds = 0;
  std::uint32_t worker = 0;  ///< rank
  Row row;
  bool operator==(const Result&) const = default;
};

/// What is kept of a task that was stopped.
struct Saved {
  std::uint64_t index = 0;
  SavedState state;
  bool operator==(const Saved&) const = default;
};

struct Message {
  MessageKind kind = MessageKind::report;
  std::vector<Result> results = {};  ///< report
  std::vector<Task> tasks = {};      ///< work: to run; report: handed back without a result
  std::vector<Saved> saved = {};     ///< of some of the tasks: from their last run, or for their next
  bool wants_more = false;           ///< report: the last tasks held have been started, or none are held
  bool stopped = false;              ///< report: this worker was told to stop; finish: the run was cut short
  std::string text = {};             ///< failure
};

/// A message with the rank it comes from (towards the controller) or goes to (from the controller).
struct Envelope {
  int peer = 0;
  Message message;
};

std::vector<std::byte> encode(const Message& message);

/// Throws rgsweep::Error when the bytes are not exactly one message.
Message decode(std::span<const std::byte> bytes);

}  // namespace rgsweep::schedule
