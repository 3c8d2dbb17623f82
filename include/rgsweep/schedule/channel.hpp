// The wire between ranks as the message loop sees it.
#pragma once

#include <cstddef>
#include <vector>

namespace rgsweep::schedule {

/// Delivers byte strings between ranks, each once, in order for each pair of ranks. Used from one thread
/// only.
class Channel {
 public:
  virtual ~Channel() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// Never waits for the receiver. `to` is another rank.
  virtual void send(int to, std::vector<std::byte> bytes) = 0;
  /// Takes one message if one has arrived; never waits.
  virtual bool receive(int& from, std::vector<std::byte>& bytes) = 0;
};

/// One rank alone.
class LocalChannel : public Channel {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  /// Throws std::logic_error: there is nobody to send to.
  void send(int to, std::vector<std::byte> bytes) override;
  bool receive(int&, std::vector<std::byte>&) override { return false; }
};

}  // namespace rgsweep::schedule
