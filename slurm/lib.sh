# shellcheck shell=bash
# Shared by submit.sh and status.sh, which source it.

say() { echo "${0##*/}: $*" >&2; }
die() {
  say "$*"
  exit 2
}

# Sets `program` to the absolute path of rgsweep: RGSWEEP, else the one on PATH, else the one that was built or
# installed with these scripts.
find_program() {
  local here candidate
  here=$(dirname "${BASH_SOURCE[0]}")
  program=${RGSWEEP:-}
  for candidate in "$(command -v rgsweep || true)" "$here/../build/rgsweep" "$here/../../../bin/rgsweep"; do
    if [[ ! $program && -x $candidate ]]; then program=$candidate; fi
  done
  [[ $program ]] || die "no program rgsweep: build it, put it on PATH, or set RGSWEEP to its path"
  program=$(command -v -- "$program") || die "RGSWEEP=$RGSWEEP: there is no such program"
  program=$(realpath -- "$program")
}

# folder_of FILE.h5: where the shards, the job scripts and the logs of a sweep are, FILE.
folder_of() {
  local output=${1%/}
  realpath -m -- "${output%.h5}"
}

# json_value NAME JSON: the first number or text of that name; its texts here are words and lists such as 2-4,7.
json_value() {
  if [[ $2 =~ \"$1\":\ *\"([^\"]*)\" || $2 =~ \"$1\":\ *([^,}]*) ]]; then echo "${BASH_REMATCH[1]}"; fi
}
