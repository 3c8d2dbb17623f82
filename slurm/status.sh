#!/usr/bin/env bash
# How far a sweep is: all of its shards in one table, and what Slurm says of their jobs.
set -euo pipefail
# shellcheck source=slurm/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if (($# != 1)) || [[ $1 == -* ]]; then
  echo "usage: status.sh FILE.h5" >&2
  exit 2
fi
find_program
folder=$(folder_of "$1")

# One question to Slurm for all jobs, those of other sweeps left out afterwards: to ask for jobs that have long ended by
# their number would be an error. `jobs` has a line for each time the sweep was submitted: array, merge.
queue=''
if [[ -r $folder/jobs ]] && command -v squeue >/dev/null; then
  queue=$(squeue --noheader --array --user "$(id -un)" --format '%F %K %T %r %N' 2>/dev/null) || queue=''
fi

# A line for each job of this sweep: its shard or "merge", its state, and where it runs or why it waits.
jobs=$(awk 'FNR == NR { array[$1]; merge[$2]; next }
            $1 in array || $1 in merge { print $1 in array ? $2 : "merge", $3, $4 == "None" ? $5 : "(" $4 ")" }' \
  "$folder/jobs" <(printf '%s\n' "$queue") 2>/dev/null) || jobs=''

if ! table=$("$program" status "$folder" 2>&1); then
  # Nothing written yet: the queue is all there is to tell.
  echo "$table" >&2
  [[ $jobs ]] || exit 1
  printf '%s\n' "$jobs" | awk '{ count[$2 " " $3]++ } END { for (c in count) print "  " count[c] " jobs " c }'
  exit 0
fi
awk 'FNR == NR { state[$1] = $2 " " $3; next }
     $1 in state { print $0 ", job " state[$1]; next }
     { print }
     END { if ("merge" in state) print "merge job: " state["merge"] }' \
  <(printf '%s\n' "$jobs") <(printf '%s\n' "$table")
if [[ -e $folder.h5 ]]; then echo "merged: $folder.h5"; fi
if [[ -e $folder-phase.h5 ]]; then echo "analysed: $folder-phase.h5 and $folder/curves.csv"; fi
