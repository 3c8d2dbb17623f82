// Starting and ending MPI. The end is a non-blocking barrier polled with a sleep, because ranks that wait in
// MPI_Finalize for rank 0 to write its last file would each burn a core.
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>

#include <mpi.h>
#include <stdlib.h>

#include "rgsweep/core/error.hpp"
#include "rgsweep/transport/mpi.hpp"

namespace rgsweep::transport {

namespace {

/// On one node Open MPI's own shared memory carries every message, and looking for networks, which other
/// transports do first, takes longer than all the rest of a start (0.3 s instead of 0.06 s). Set by mpirun:
/// how many processes there are, and how many of them here. What the user chose stays.
void stay_on_this_node() {
  const char* all = std::getenv("OMPI_COMM_WORLD_SIZE");
  const char* here = std::getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
  constexpr int keep = 0;
  if (all != nullptr && here != nullptr && std::string_view(all) == here)
    ::setenv("OMPI_MCA_pml", "ob1", keep);
}

void wait_asleep(MPI_Request request) {
  for (int done = 0;;) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done != 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace

std::string library_version() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(text, &length);
  std::string version(text, static_cast<std::size_t>(length));
  return version.substr(0, version.find_first_of("\n\r"));
}

MpiSession::MpiSession(int& argc, char**& argv) {
  int provided = 0;
  stay_on_this_node();
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
  if (provided < MPI_THREAD_FUNNELED) {
    MPI_Finalize();
    throw Error("this MPI library (" + library_version() + ") does not allow threads (MPI_THREAD_FUNNELED)");
  }
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &size_);
}

MpiSession::~MpiSession() {
  if (!finished_) abort(EXIT_FAILURE);
}

std::vector<std::string> MpiSession::gather(const std::string& text) const {
  const int length = static_cast<int>(text.size());
  const auto ranks = static_cast<std::size_t>(rank_ == 0 ? size_ : 0);
  std::vector<int> lengths(ranks), starts(ranks);
  MPI_Gather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, 0, MPI_COMM_WORLD);
  int total = 0;
  for (std::size_t i = 0; i < ranks; ++i) {
    starts[i] = total;
    total += lengths[i];
  }
  std::string all(static_cast<std::size_t>(total), '\0');
  MPI_Gatherv(text.data(), length, MPI_CHAR, all.data(), lengths.data(), starts.data(), MPI_CHAR, 0,
              MPI_COMM_WORLD);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < ranks; ++i)
    texts.push_back(all.substr(static_cast<std::size_t>(starts[i]), static_cast<std::size_t>(lengths[i])));
  return texts;
}

std::string MpiSession::broadcast(std::string text) const {
  MPI_Request request = MPI_REQUEST_NULL;
  int length = static_cast<int>(text.size());
  MPI_Ibcast(&length, 1, MPI_INT, 0, MPI_COMM_WORLD, &request);
  wait_asleep(request);
  text.resize(static_cast<std::size_t>(length));
  MPI_Ibcast(text.data(), length, MPI_CHAR, 0, MPI_COMM_WORLD, &request);
  wait_asleep(request);
  return text;
}

void MpiSession::finish() {
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibarrier(MPI_COMM_WORLD, &request);
  wait_asleep(request);
  MPI_Finalize();
  finished_ = true;
}

void MpiSession::abort(int code) const {
  MPI_Abort(MPI_COMM_WORLD, code);
  std::_Exit(code);  // MPI_Abort is not declared to never return
}

}  // namespace rgsweep::transport
