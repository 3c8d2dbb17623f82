// MPI behind a small interface: starting and ending, the ranks' names, and the channel of the message loop.
// Only the main thread calls MPI (MPI_THREAD_FUNNELED), and nothing in here waits in a call that spins, apart
// from the collective calls at the start.
//
// Cores: both threads of a rank inherit the affinity that the launcher gave the process. Found with Open
// MPI 4.1.4 on two cores: mpirun binds each rank to a core of its own for n <= 2 and to the socket beyond,
// also when it was itself started under `taskset -c 0`. One job never puts all its ranks on one core, and the
// two threads of a rank can share one, since the main thread sleeps. But every mpirun counts from core 0:
// several side by side on one machine, as for shards, need --bind-to none.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rgsweep/schedule/channel.hpp"

namespace rgsweep::transport {

/// Whether a launcher started this process as one rank of several: mpirun (OMPI_COMM_WORLD_SIZE), srun
/// --mpi=pmix (PMIX_RANK) or an MPICH-like launcher (PMI_RANK). A plain process, also inside a Slurm
/// allocation, is serial and never initialises MPI.
bool launched_under_mpi();

/// Whether the launcher was told to let the other ranks go on when one is lost (mpirun --enable-recovery).
/// Then no error is reported to them, and collective calls may wait for ever.
bool survives_losses();

/// The MPI library and its version, in one line; may be called without a session.
std::string library_version();

/// MPI from start to end, one per process. Construct it outside the try block that reports errors.
class MpiSession {
 public:
  /// Throws rgsweep::Error when the library does not allow threads beside the one that calls it.
  MpiSession(int& argc, char**& argv);
  /// Aborts the job if finish() was not called: the other ranks would wait for this one for ever.
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  /// One text from each rank, on rank 0 (empty elsewhere). Collective, and spins: for the start of a run.
  std::vector<std::string> gather(const std::string& text) const;
  /// The text of rank 0 on every rank. Collective; waits asleep.
  std::string broadcast(std::string text) const;
  /// Waits, asleep, until every rank has come here, then ends MPI. Collective.
  void finish();
  /// Ends all ranks at once with this exit code.
  [[noreturn]] void abort(int code) const;

 private:
  int rank_ = 0, size_ = 1;
  bool finished_ = false;
};

/// The message loop's wire, on a communicator of its own. Its construction and destruction are collective;
/// the session must outlive it. Destroying it waits, asleep, until what was sent has been received.
class MpiChannel : public schedule::Channel {
 public:
  explicit MpiChannel(const MpiSession& session);
  ~MpiChannel() override;

  int rank() const override;
  int size() const override;
  void send(int to, std::vector<std::byte> bytes) override;
  bool receive(int& from, std::vector<std::byte>& bytes) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rgsweep::transport
