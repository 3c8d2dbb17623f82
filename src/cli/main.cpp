// The program: a plain process, or one rank of an MPI job.
#include "command.hpp"

int main(int argc, char** argv) {
  using namespace rgsweep;
  if (!transport::launched_under_mpi()) {
    cli::Team alone;
    return cli::run_program({argv + 1, argv + argc}, alone);
  }
  transport::MpiSession session(argc, argv);
  cli::Team team(&session);
  const int code = cli::run_program({argv + 1, argv + argc}, team);
  session.finish();
  return code;
}
