# shellcheck shell=bash
# Shared by the scripts of this folder, which source it: package lists, installation, cores, MPI, Python.
# Package names are those of Debian bookworm. "a|b" means that either will do; a is installed when both are missing.

# shellcheck disable=SC2034  # the lists are read by the scripts that source this file
build_packages=(g++ cmake 'ninja-build|make' openmpi-bin libopenmpi-dev libhdf5-dev libeigen3-dev
                libboost-dev libboost-program-options-dev librandom123-dev zlib1g-dev)
# shellcheck disable=SC2034
plot_packages=(python3-h5py python3-numpy python3-matplotlib)
# shellcheck disable=SC2034
test_packages=(libgtest-dev libgmock-dev libbenchmark-dev clang libclang-rt-14-dev clang-format clang-tidy shellcheck
               git hdf5-tools netcdf-bin python3-xarray python3-h5netcdf python3-netcdf4
               dataset-fashion-mnist)
# For the tests with a real Slurm, which are skipped where these cannot be installed. srun opens PMIx by the name that only
# Debian's development package has.
# shellcheck disable=SC2034
slurm_packages=(slurm-wlm munge libpmix-dev)
# For the tests that open the report's page, which are skipped without a browser.
# shellcheck disable=SC2034
browser_packages=(chromium)

say() { printf '\n==> %s\n' "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# The cores to use: RGSWEEP_CORES, or all that this process may run on.
cores() { echo "${RGSWEEP_CORES:-$(env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc)}"; }

installed() {
  dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# Prints the packages among the arguments that are not installed, one a line.
missing_packages() {
  local wanted name names
  for wanted in "$@"; do
    IFS='|' read -ra names <<<"$wanted"
    for name in "${names[@]}"; do
      if installed "$name"; then continue 2; fi
    done
    echo "${names[0]}"
  done
}

# Sets `as_root` to the command that gives root, or fails. A sudo that would ask for a password is used only where
# someone can type it.
find_root() {
  as_root=()
  ((EUID == 0)) && return 0
  command -v sudo >/dev/null || return 1
  as_root=(sudo)
  sudo -n true 2>/dev/null || [[ -t 0 && -t 2 ]]
}

# Installs what is missing of the packages given; without root it names them and ends the script.
install_missing() {
  local missing as_root
  if ! command -v dpkg-query >/dev/null; then
    say "No Debian packages on this system: taking it that all of this is there: $*"
    return 0
  fi
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  if ! find_root; then
    {
      echo "Missing, and this user cannot install packages. Ask someone who can to run"
      echo
      echo "    apt-get install --no-install-recommends ${missing[*]}"
      echo
      echo "and start ${0##*/} again; it needs no root then."
    } >&2
    exit 1
  fi
  say "Installing ${missing[*]}"
  "${as_root[@]}" apt-get update
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

# Open MPI refuses to start as root unless told twice, and its single-copy shared memory needs a system call that
# containers forbid.
mpi_environment() {
  export OMPI_MCA_btl_vader_single_copy_mechanism="${OMPI_MCA_btl_vader_single_copy_mechanism:-none}"
  if ((EUID == 0)); then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
}

# find_python MODULE...: prints the first Python that has all the modules. The one on PATH may be a private one
# without them while Debian's has them.
find_python() {
  local python module
  for python in python3 /usr/bin/python3; do
    for module in "$@"; do
      "$python" -c "import $module" >/dev/null 2>&1 || continue 2
    done
    echo "$python"
    return 0
  done
  for module in "$@"; do
    /usr/bin/python3 -c "import $module" >/dev/null 2>&1 || echo "no Python with the module $module" >&2
  done
  return 1
}

# What a build uses where it is there. CMake reads both variables only when a build folder is first configured.
build_environment() {
  if command -v ninja >/dev/null; then export CMAKE_GENERATOR="${CMAKE_GENERATOR:-Ninja}"; fi
  if command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER="${CMAKE_CXX_COMPILER_LAUNCHER:-ccache}"
  fi
}
