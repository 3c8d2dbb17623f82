#!/usr/bin/env bash
# Installs what is missing, builds and runs every test; with --all under the sanitizers, fuzzing and clang-tidy too.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: tools/test.sh [--all | --only STAGE...]

release     gcc, optimised, into build/, without a warning; the whole of ctest, also the tests that disturb running
            programs for minutes
sanitizers  clang, warnings are errors, address and undefined-behaviour sanitizers, into build-sanitizers/; the tests
            that need no MPI and no long training
fuzz        the parsers under libFuzzer, RGSWEEP_FUZZ_SECONDS each (60), from the inputs in tests/fuzz/corpus
tidy        clang-tidy over src/ with the settings of .clang-tidy

Every test once: the stage release, unless --only names others; --all for all stages. The first failure ends the script.
RGSWEEP_CORES=N uses N cores.
TEXT
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/lib.sh
source tools/lib.sh

all_stages=(release sanitizers fuzz tidy)
stages=()
while (($#)); do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --all) stages=("${all_stages[@]}"); shift ;;
    --only)
      [[ " ${all_stages[*]} " == *" ${2-} "* ]] || die "--only takes one of: ${all_stages[*]}"
      stages+=("$2")
      shift 2
      ;;
    *) usage >&2; exit 2 ;;
  esac
done
((${#stages[@]})) || stages=(release)

install_missing "${build_packages[@]}" "${plot_packages[@]}" "${test_packages[@]}"
build_environment
mpi_environment
summary=()
# Without these everything else is tested all the same.
install_optional() { # NAME PACKAGE...
  local name=$1
  shift
  if ! (install_missing "$@"); then summary+=("$name: skipped, since it is not installed and could not be"); fi
}
install_optional Slurm "${slurm_packages[@]}"
install_optional Chromium "${browser_packages[@]}"
# Large, and needed to read the results in them only.
for program in octave Rscript; do
  command -v "$program" >/dev/null || summary+=("$program: skipped, since it is not installed")
done

# build PRESET [OPTION OF cmake --build...]: a warning fails the stage, also where the compiler lets it pass.
build() {
  local preset=$1 log
  log=$(mktemp)
  cmake --preset "$preset" -DRGSWEEP_TESTS=ON -DRGSWEEP_LONG_TESTS=ON
  cmake --build --preset "$@" --parallel "$(cores)" 2>&1 | tee "$log"
  if grep -n 'warning:' "$log"; then die "the build with the preset $preset has warnings"; fi
  rm -f "$log"
}

# run_tests PRESET [CTEST OPTION...]: keeps ctest's summary line for the end.
run_tests() {
  local preset=$1 log code=0
  log=$(mktemp)
  ctest --preset "$@" --parallel "$(cores)" 2>&1 | tee "$log" || code=$?
  summary+=("$preset: $(grep -m 1 'tests passed' "$log" || echo 'no tests ran')")
  rm -f "$log"
  return "$code"
}

# The long tests interfere with running programs from outside, at moments that a busy machine may move: they have a
# second try, which the log shows.
stage_release() {
  build release
  run_tests release --label-exclude '^long$'
  run_tests release --label-regex '^long$' --repeat until-pass:2
}

stage_sanitizers() {
  build sanitizers
  run_tests sanitizers
}

# fuzz TARGET SECONDS: new inputs go to a folder that does not stay; one that fails is kept and named.
fuzz() {
  local name=${1#fuzz_} new code=0
  new=$(mktemp -d)
  "build-sanitizers/$1" -max_total_time="$2" -artifact_prefix="build-sanitizers/$name-" "$new" "tests/fuzz/corpus/$name" \
    >"build-sanitizers/$1.log" 2>&1 || code=$?
  rm -rf "$new"
  if ((code)); then tail -n 30 "build-sanitizers/$1.log"; fi
  return "$code"
}

stage_fuzz() {
  local seconds=${RGSWEEP_FUZZ_SECONDS:-60} names
  names=$(find tests/fuzz -name '*_fuzz.cpp' -printf 'fuzz_%f\n' | sed 's/_fuzz[.]cpp$//' | sort)
  # shellcheck disable=SC2086 # one target a word
  build sanitizers --target $names
  export -f fuzz
  xargs -n 1 -P "$(cores)" -I '{}' bash -c 'fuzz "$@"' fuzz '{}' "$seconds" <<<"$names"
  summary+=("fuzz: $(wc -l <<<"$names") targets, $seconds s each, nothing found")
}

stage_tidy() {
  build release --target rgsweep # headers that the build makes must be there
  find src -name '*.cpp' -print0 | xargs -0 -n 1 -P "$(cores)" clang-tidy -p build --quiet \
    2> >(grep -v 'warnings\? generated' >&2)
  summary+=("tidy: no findings")
}

for stage in "${stages[@]}"; do
  say "Stage $stage"
  started=$SECONDS
  trap 'printf "\nStage %s failed.\n" "$stage" >&2; printf "%s\n" "${summary[@]}"' EXIT
  "stage_$stage"
  trap - EXIT
  summary[-1]+=" ($((SECONDS - started)) s)"
done
say "All stages passed"
printf '%s\n' "${summary[@]}"
