// Byte strings over MPI without a call that waits. A large message needs the help of both sides to cross, and
// the other side may be asleep: so a message that was announced (MPI_Iprobe) is received by a request that is
// tested on later polls, not by MPI_Recv, which would spin meanwhile.
#include <algorithm>
#include <chrono>
#include <deque>
#include <limits>
#include <stdexcept>
#include <thread>

#include <mpi.h>

#include "rgsweep/transport/mpi.hpp"

namespace rgsweep::transport {

namespace {

constexpr int tag = 1;
constexpr std::size_t most_arriving = 64;

/// A message on its way, and its buffer, which has to stay until the request is complete.
struct Transfer {
  int peer = 0;
  std::vector<std::byte> bytes;
  MPI_Request request = MPI_REQUEST_NULL;

  bool complete() {
    int done = 0;
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    return done != 0;
  }
};

}  // namespace

struct MpiChannel::Impl {
  MPI_Comm comm = MPI_COMM_NULL;
  int rank = 0, size = 1;
  std::deque<Transfer> leaving, arriving;

  void forget_sent() {
    while (!leaving.empty() && leaving.front().complete()) leaving.pop_front();
  }

  /// Starts to receive one more announced message.
  void accept_next() {
    if (arriving.size() >= most_arriving) return;
    int found = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, tag, comm, &found, &status);
    if (found == 0) return;
    int length = 0;
    MPI_Get_count(&status, MPI_BYTE, &length);
    Transfer& in = arriving.emplace_back();
    in.peer = status.MPI_SOURCE;
    in.bytes.resize(static_cast<std::size_t>(length));
    MPI_Irecv(in.bytes.data(), length, MPI_BYTE, in.peer, tag, comm, &in.request);
  }

  /// Whether a message from the same rank was announced before this one.
  bool overtakes(const Transfer& in) const {
    for (const Transfer& earlier : arriving) {
      if (&earlier == &in) return false;
      if (earlier.peer == in.peer) return true;
    }
    return false;
  }
};

MpiChannel::MpiChannel(const MpiSession& session) : impl_(std::make_unique<Impl>()) {
  MPI_Comm_dup(MPI_COMM_WORLD, &impl_->comm);
  if (survives_losses()) MPI_Comm_set_errhandler(impl_->comm, MPI_ERRORS_RETURN);
  impl_->rank = session.rank();
  impl_->size = session.size();
}

MpiChannel::~MpiChannel() {
  // After a regular end of the loop everything has been received. A rank that is gone must not hold up this
  // one: then MPI keeps the buffers.
  constexpr auto patience = std::chrono::seconds(5);
  const auto start = std::chrono::steady_clock::now();
  for (impl_->forget_sent(); !impl_->leaving.empty(); impl_->forget_sent()) {
    if (std::chrono::steady_clock::now() - start > patience) {
      static_cast<void>(impl_.release());
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

int MpiChannel::rank() const {
  return impl_->rank;
}
int MpiChannel::size() const {
  return impl_->size;
}

void MpiChannel::send(int to, std::vector<std::byte> bytes) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw std::logic_error("a message of more than 2 GiB");
  impl_->forget_sent();
  Transfer& out = impl_->leaving.emplace_back();
  out.peer = to;
  out.bytes = std::move(bytes);
  MPI_Isend(out.bytes.data(), static_cast<int>(out.bytes.size()), MPI_BYTE, to, tag, impl_->comm,
            &out.request);
}

bool MpiChannel::receive(int& from, std::vector<std::byte>& bytes) {
  impl_->forget_sent();
  impl_->accept_next();
  std::deque<Transfer>& arriving = impl_->arriving;
  for (auto in = arriving.begin(); in != arriving.end(); ++in) {
    if (impl_->overtakes(*in) || !in->complete()) continue;
    from = in->peer;
    bytes = std::move(in->bytes);
    arriving.erase(in);
    return true;
  }
  return false;
}

}  // namespace rgsweep::transport
