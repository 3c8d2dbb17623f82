#!/usr/bin/env bash
# Submits a sweep to Slurm: an array with one task a shard, and a job that merges and analyses what they leave.
# This file is about the command line, the number of shards and the jobs; job_scripts.sh writes the scripts.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: submit.sh SPEC --output FILE.h5 [OPTIONS]

  --nodes N            nodes of one shard (1)
  --ntasks-per-node K  ranks on each of them, one core each (4)
  --time T             time limit of one shard, as for sbatch (04:00:00); what needs longer is requeued and goes on
  --shards auto|N      into how many parts the sweep is divided (auto: each fits the time limit, with margin)
  --at-once M          run no more than M shards at a time
  --requeues M         a shard may go back to the queue M times (20)
  --partition P, --account A and any other option of sbatch (--mem-per-cpu=2G, --qos=..., --exclusive)
  --launch HOW         mpirun (default), srun, or a whole command line, such as 'srun --mpi=pmi2'
  --axis KEY, --threshold EPS    for `rgsweep analyze`
  --SECTION.KEY VALUE  replaces a value of the sweep file, as for `rgsweep run`
  --dry-run            say what would be submitted; write nothing
  -- OPTIONS           all that follows goes to `rgsweep run` (--save-weights, --point-timeout 3600)

FILE.h5 is where the whole sweep ends. The folder FILE beside it gets the shards, their logs, a copy of SPEC and the job
scripts. The same command again continues: shards that are done are not submitted again.
RGSWEEP names the program, if it is neither on PATH nor built where these scripts are. Environment modules that are
loaded now are loaded in the jobs too.
TEXT
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=slurm/lib.sh
source "$here/lib.sh"
# shellcheck source=slurm/job_scripts.sh
source "$here/job_scripts.sh"

if (($# == 0)) || [[ $1 == -h || $1 == --help ]]; then
  usage
  exit $(($# == 0 ? 2 : 0))
fi
[[ $1 != -* ]] || die "the sweep file comes first: submit.sh SPEC --output FILE.h5 ..."
spec=$1
shift
[[ -r $spec ]] || die "cannot read the sweep file $spec"

output='' nodes=1 ranks_per_node=4 time=04:00:00 shards=auto at_once='' requeues=20 launch=mpirun dry_run=''
partition='' account=''
extra=() keys=() options=() analysis=()

# Splits --NAME=VALUE, so that every option has its value in a word of its own. What belongs to sbatch alone is not
# known here: a word that does not begin with '-' is the value of the option before it.
while (($#)); do
  name=$1 value='' has_value=''
  shift
  if [[ $name == -- ]]; then
    options+=("$@")
    break
  elif [[ $name == --*=* ]]; then
    value=${name#*=} name=${name%%=*} has_value=1
  elif (($#)) && [[ $1 != -* && $name == -* && $name != --dry-run ]]; then
    value=$1 has_value=1
    shift
  fi
  case $name in
    --output) output=$value ;;
    --nodes | -N) nodes=$value ;;
    --ntasks-per-node) ranks_per_node=$value ;;
    --time | -t) time=$value ;;
    --shards) shards=$value ;;
    --at-once) at_once=$value ;;
    --requeues) requeues=$value ;;
    --partition | -p) partition=$value ;;
    --account | -A) account=$value ;;
    --launch) launch=$value ;;
    --axis | --threshold) analysis+=("$name" "$value") ;;
    --dry-run) dry_run=1 ;;
    -h | --help) usage && exit 0 ;;
    --ntasks | -n) die "$name: give --nodes and --ntasks-per-node" ;;
    --array | -a) die "$name: the array follows from --shards; --at-once M limits how many run at a time" ;;
    --*.*)
      [[ $has_value ]] || die "$name needs a value"
      keys+=("$name" "$value")
      ;;
    --*) extra+=("${name#--}${has_value:+=$value}") ;;
    -?) extra+=("$name${has_value:+ $value}") ;;
    *) die "$name: options begin with '-'; a value with spaces wants quotes" ;;
  esac
done
[[ $output ]] || die "--output FILE.h5 is missing"
[[ $nodes =~ ^[1-9][0-9]*$ ]] || die "--nodes $nodes: allowed: integer >= 1"
[[ $ranks_per_node =~ ^[1-9][0-9]*$ ]] || die "--ntasks-per-node $ranks_per_node: allowed: integer >= 1"
[[ $shards =~ ^(auto|[1-9][0-9]*)$ ]] || die "--shards $shards: allowed: auto, integer >= 1"
[[ $at_once =~ ^([1-9][0-9]*)?$ ]] || die "--at-once $at_once: allowed: integer >= 1"
[[ $requeues =~ ^[0-9]+$ ]] || die "--requeues $requeues: allowed: integer >= 0"
[[ $launch ]] || die "--launch: allowed: mpirun, srun, a command line"
ranks=$((nodes * ranks_per_node))
seconds=$(seconds_of "$time") ||
  die "--time $time: allowed: MINUTES, [HOURS:]MINUTES:SECONDS, DAYS-HOURS[:MINUTES[:SECONDS]]"
# As Slurm does, which knows minutes only.
seconds=$(((seconds + 59) / 60 * 60))

find_program
folder=$(folder_of "$output")
output=$folder.h5

# The warning that a shard gets before its end: two minutes, less where the limit is short. Slurm may send it up to a
# minute earlier.
lead=$((seconds / 30 < 120 ? seconds / 30 : 120))
# What is left to train in. A third of it stays unused: predictions are for one kind of processor, and a shard that is
# requeued waits in the queue again.
usable=$((seconds - lead - 60))
if ((usable < seconds / 3)); then usable=$((seconds / 3)); fi

plan=$("$program" plan "$spec" "${keys[@]}" --json) || exit 2
[[ $plan =~ \"points\":\ ([0-9]+),\ \"duplicates_removed\" ]] || die "cannot read what 'rgsweep plan' says"
points=${BASH_REMATCH[1]}
core_hours=$(json_value core_hours "$plan")
((points > 0)) || die "$spec has no points"

# The largest number of shards that Slurm takes, and why.
most=1000000 reason='rgsweep allows'
at_most() { if [[ $1 =~ ^[0-9]+$ ]] && (($1 < most)); then most=$1 reason=$2; fi; }
config=$(scontrol show config 2>/dev/null) || config=''
if [[ $config =~ MaxArraySize\ *=\ *([0-9]+) ]]; then at_most $((BASH_REMATCH[1] - 1)) "MaxArraySize allows"; fi
if [[ $config =~ MaxJobCount\ *=\ *([0-9]+) ]]; then at_most $((BASH_REMATCH[1] - 1)) "MaxJobCount allows"; fi
# Each task of an array counts, and so does the merge. Sites without accounting have no answer, and no such limit.
if limit=$(timeout 10 sacctmgr -nP show assoc where user="$(id -un)" format=MaxSubmit 2>/dev/null); then
  limit=$(grep -E '^[0-9]+$' <<<"$limit" | sort -n | head -n 1 || true)
  queued=$(squeue --noheader --array --user "$(id -un)" 2>/dev/null | wc -l)
  if [[ $limit ]]; then
    at_most $((limit - 1 > queued ? limit - 1 - queued : 0)) "your limit of $limit jobs (MaxSubmit) allows"
  fi
fi
((most >= 1)) || die "no job can be submitted now: $reason no more"

# The division belongs to the results: it stays as it was.
before=''
for file in "$folder"/shard-*-of-*.h5*; do
  if [[ $file =~ /shard-[0-9]+-of-([0-9]+)\.h5(\.parts)?$ ]]; then before=${BASH_REMATCH[1]}; fi
done
if [[ $before && $shards != auto && $shards != "$before" ]]; then
  die "$folder holds this sweep in $before shards, not $shards; leave --shards away or choose another output"
elif [[ $before ]]; then
  shards=$before
elif [[ $shards == auto ]]; then
  # Every rank gets a point; no more shards than are allowed.
  shards=$(awk -v hours="$core_hours" -v ranks="$ranks" -v usable="$usable" -v points="$points" -v most="$most" 'BEGIN {
    shards = int(hours * 3600 / (ranks * usable * 2 / 3)) + 1
    if (shards > points / ranks) shards = int(points / ranks)
    if (shards > most) shards = most
    print shards < 1 ? 1 : shards
  }')
elif ((shards > most)); then
  die "--shards $shards: $reason at most $most"
fi

longest=$("$program" plan "$spec" "${keys[@]}" --shards "$shards" --json | grep -o '"core_hours": [^,}]*' |
  awk -v ranks="$ranks" 'NR > 1 && $2 > most { most = $2 } END { printf "%d", most * 3600 / ranks }')
echo "$spec: $points points, $(printf '%.3g' "$core_hours") core-hours as predicted"
echo "$shards shard(s) of $ranks rank(s) on $nodes node(s): $(duration "$longest") each," \
  "with a limit of $(duration "$seconds")"
if ((longest > usable)); then
  echo "A shard is expected to go back to the queue $((longest / usable)) time(s);" \
    "more shards or more --time would avoid that."
fi

# Only the shards that are not done, if the sweep is the one they were made for.
array=1-$shards
if [[ -e $folder/sweep.sbatch ]] && cmp -s "$spec" "$folder/sweep.ini" &&
  [[ $(setting options "$folder/sweep.sbatch") == "$(list_text "${keys[@]}" "${options[@]}")" ]]; then
  if report=$("$program" status "$folder" --json 2>/dev/null); then array=$(json_value unfinished "$report"); fi
fi
if [[ -r $folder/jobs ]] && queue=$(squeue --noheader --array --user "$(id -un)" --format %F 2>/dev/null); then
  while read -r job _; do
    if grep -qx -- "$job" <<<"$queue"; then
      die "job $job of this sweep is still queued or running: 'scancel $job' first, or wait"
    fi
  done <"$folder/jobs"
fi

sweep_script=$folder/sweep.sbatch merge_script=$folder/merge.sbatch
if [[ $dry_run ]]; then
  echo
  echo "Would write $sweep_script and $merge_script with"
  sweep_script | grep '^#SBATCH' | sed 's/^/  /'
  echo "and submit the shards ${array:-(none: all are complete)} of $shards. Nothing was written."
  exit 0
fi

command -v sbatch >/dev/null || die "no sbatch here: this is for a machine from which Slurm takes jobs"
mkdir -p "$folder"
# Jobs may start long after this, when the sweep file has been changed for the next one.
[[ $spec -ef $folder/sweep.ini ]] || cp -- "$spec" "$folder/sweep.ini"
sweep_script >"$sweep_script"
merge_script >"$merge_script"

if [[ $array ]]; then
  job=$(sbatch --parsable --array="$array${at_once:+%$at_once}" "$sweep_script") ||
    die "sbatch refused the array of $shards; $sweep_script shows what was asked for"
  job=${job%%;*} # NUMBER;CLUSTER where there are several clusters
  merge=$(sbatch --parsable --dependency="afterany:$job" "$merge_script") ||
    die "job $job runs the shards, but sbatch refused the merge; later: sbatch $merge_script"
else
  job=- merge=$(sbatch --parsable "$merge_script") || die "sbatch refused $merge_script"
fi
merge=${merge%%;*}
echo "$job $merge" >>"$folder/jobs"

echo
if [[ $array ]]; then
  echo "job $job: shards $array of $shards; job $merge merges and analyses them"
else
  echo "All $shards shards are complete; job $merge merges and analyses them again"
fi
cat <<TEXT
  watch      $here/status.sh $output
  cancel     scancel ${job#-} $merge
  continue   the same command again; finished points are not trained again
  results    $output, $folder-phase.h5, $folder/curves.csv; logs in $folder
TEXT
