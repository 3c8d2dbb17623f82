// The program: a plain process, or one rank of an MPI job.
#include <exception>
#include <iostream>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

#include "command.hpp"

namespace {

/// A standard stream that the caller has closed must not become the number of a results file.
void reserve_standard_streams() {
  for (int stream = 0; stream <= 2; ++stream)
    if (fcntl(stream, F_GETFD) == -1) static_cast<void>(open("/dev/null", O_RDWR));
}

}  // namespace

int main(int argc, char** argv) {
  using namespace rgsweep;
  reserve_standard_streams();
  std::optional<transport::MpiSession> session;
  try {
    if (transport::launched_under_mpi()) session.emplace(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "rgsweep: " << error.what() << std::endl;
    return cli::Exit::failure;
  }
  cli::Team team(session ? &*session : nullptr);
  const int code = cli::run_program({argv + 1, argv + argc}, team);
  if (session) session->finish();
  return code;
}
