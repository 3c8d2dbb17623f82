#!/usr/bin/env bash
# From a fresh clone to a picture: installs what is missing, builds into build/, runs a sweep on all cores, draws it.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: tools/quickstart.sh [SPEC] [--KEY VALUE ...]

Installs what is missing (Debian; root or sudo), builds build/rgsweep, runs the sweep SPEC (sweeps/quickstart.ini) on all
cores into results/NAME.h5 and draws results/NAME.png and .svg. Run it again to continue or to redraw: finished points
are never trained twice. Further options go to `rgsweep run` (--activation.slope "0, 0.5, 1").
RGSWEEP_CORES=N uses N cores.
TEXT
}

invoked_from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/lib.sh
source tools/lib.sh

spec=sweeps/quickstart.ini
if [[ ${1-} == -h || ${1-} == --help ]]; then
  usage
  exit 0
elif [[ $# -gt 0 && $1 != --* ]]; then
  root=$PWD
  spec=$(cd "$invoked_from" && realpath -m --relative-base="$root" -- "$1")
  shift
fi
[[ -f $spec ]] || die "no sweep file $spec; there are: $(echo sweeps/*.ini)"
name=$(basename "$spec" .ini)
output=results/$name.h5

packages=("${build_packages[@]}")
find_python h5py numpy matplotlib >/dev/null 2>&1 || packages+=("${plot_packages[@]}")
install_missing "${packages[@]}"
python=$(find_python h5py numpy matplotlib) || die "cannot draw without the modules above"

say "Building build/rgsweep"
build_environment
if [[ -f build/CMakeCache.txt ]]; then
  cmake -S . -B build >/dev/null # keeps a developer's settings
else
  cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DRGSWEEP_TESTS=OFF
fi
cmake --build build --target rgsweep --parallel "$(cores)"

say "Running $spec with $(cores) process(es) into $output"
mkdir -p results
mpi_environment
launch=()
# Cores that share hardware threads are not Open MPI slots, and a binding would put ranks on one core.
(($(cores) == 1)) || launch=(mpirun -n "$(cores)" --oversubscribe --bind-to none)
code=0
"${launch[@]}" build/rgsweep run "$spec" --output "$output" "$@" || code=$?
case $code in
  0) ;;
  3) echo "Some points failed; \`build/rgsweep status $output\` counts them." >&2 ;;
  75) echo "Stopped early. The same command continues where it stopped." >&2; exit 75 ;;
  *) exit "$code" ;;
esac

say "Drawing"
"$python" tools/plot_phase_diagram.py "$output" -o "results/$name"

cat <<TEXT

The results      $output   (HDF5/netCDF-4: ncdump -h, xarray, h5py)
The picture      results/$name.png and results/$name.svg

Next:  build/rgsweep status $output
       $python tools/plot_phase_diagram.py --help          other axes, groups and distributions
       edit a copy of $spec and run: tools/quickstart.sh COPY.ini
TEXT
