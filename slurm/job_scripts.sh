# shellcheck shell=bash
# Fills in sweep.sbatch and merge.sbatch. submit.sh sources this file and sets the variables that it reads.

# seconds_of TIME: in the forms that sbatch takes; fails for others.
seconds_of() {
  local days=0 rest=$1 fields
  if [[ $rest == *-* ]]; then
    days=${rest%%-*} rest=${rest#*-}
    [[ $days =~ ^[0-9]+$ ]] || return 1
  else
    days=''
  fi
  [[ $rest =~ ^[0-9]+(:[0-9]+){0,2}$ ]] || return 1
  IFS=: read -ra fields <<<"$rest"
  if [[ $days ]]; then # D-H, D-H:M, D-H:M:S
    fields+=(0 0)
  elif ((${#fields[@]} == 1)); then # M
    fields=(0 "${fields[0]}" 0)
  elif ((${#fields[@]} == 2)); then # M:S
    fields=(0 "${fields[@]}")
  fi
  echo $((((10#${days:-0} * 24 + 10#${fields[0]}) * 60 + 10#${fields[1]}) * 60 + 10#${fields[2]}))
}

# duration SECONDS: "12 s", "5 min", "1 h 05 min".
duration() {
  if (($1 < 100)); then
    echo "$1 s"
  elif (($1 < 6000)); then
    echo "$((($1 + 30) / 60)) min"
  else
    printf '%d h %02d min\n' $(($1 / 3600)) $(($1 / 60 % 60))
  fi
}

# list_text WORD...: the words as a bash array, (a b 'c d').
list_text() {
  local text=''
  (($#)) && printf -v text '%q ' "$@"
  echo "(${text% })"
}

# setting NAME SCRIPT: what stands behind NAME= in a job script.
setting() { sed -n "s/^$1=//p" "$2" | head -n 1; }

# directive TEXT: a line for sbatch, NAME or NAME=VALUE or "-x VALUE", with quotes where sbatch needs them.
directive() {
  local text=$1
  [[ $text == -* ]] || text=--$text
  if [[ $text == *=*[[:space:]]* ]]; then text="${text%%=*}=\"${text#*=}\""; fi
  echo "#SBATCH $text"
}

# In the names of logs % begins a pattern.
log_name() { echo "${1//%/%%}"; }

# fill TEMPLATE: prints it with the values of the associative arrays `directives` (NAME=VALUE of sbatch) and `settings`,
# and the list `more` of further directives. Explanations behind settings are kept.
fill() {
  local line name further=1
  while IFS= read -r line; do
    # Before the first command: sbatch reads no further.
    if [[ $further && $line == '# What to '* ]]; then
      for name in "${more[@]}"; do directive "$name"; done
      ((${#more[@]} == 0)) || echo
      further=''
    fi
    if [[ $line =~ ^#SBATCH\ --([a-z-]+)= && ${directives[${BASH_REMATCH[1]}]-} ]]; then
      directive "${BASH_REMATCH[1]}=${directives[${BASH_REMATCH[1]}]}"
    elif [[ $line =~ ^([a-z]+)=[^#]*(#.*)?$ && ${settings[${BASH_REMATCH[1]}]-} ]]; then
      echo "# ${BASH_REMATCH[1]}: ${BASH_REMATCH[2]#\# }" | sed 's/: $//'
      echo "${BASH_REMATCH[1]}=${settings[${BASH_REMATCH[1]}]}"
    else
      printf '%s\n' "$line"
    fi
  done <"$1"
}

# Options of sbatch that say under whose name and where jobs run, which holds for the merge too.
of_the_merge() {
  local option names='-q|-C|-M|-D|qos|constraint|clusters|chdir|reservation|wckey|mail-user|mail-type|comment'
  for option in "$@"; do
    if [[ $option =~ ^($names)([=\ ]|$) ]]; then
      printf '%s\0' "$option"
    fi
  done
}

# shellcheck disable=SC2154 # set by submit.sh
sweep_script() {
  local -A directives=(
    [job-name]="rgsweep-$(basename "$folder")" [nodes]=$nodes [ntasks-per-node]=$ranks_per_node [time]=$time
    [signal]="B:USR1@$lead" [output]="$(log_name "$folder")/shard-%a.log"
  )
  local -A settings=(
    [program]=$(printf %q "$program") [spec]=$(printf %q "$folder/sweep.ini") [output]=$(printf %q "$output")
    [shards]=$shards [options]=$(list_text "${keys[@]}" "${options[@]}") [launch]=$(printf %q "$launch")
    [modules]=$(loaded_modules) [requeues]=$requeues
  )
  local more=() option
  [[ -z $partition ]] || more+=("partition=$partition")
  [[ -z $account ]] || more+=("account=$account")
  # An option that the template sets as well replaces its value.
  for option in "${extra[@]}"; do
    if [[ $option == *=* && ${directives[${option%%=*}]-} ]]; then
      directives[${option%%=*}]=${option#*=}
    else
      more+=("$option")
    fi
  done
  fill "$here/sweep.sbatch"
}

# shellcheck disable=SC2154
merge_script() {
  local -A directives=([job-name]="merge-$(basename "$folder")" [output]="$(log_name "$folder")/merge.log")
  # A partition for short jobs does not take a merge of half an hour.
  if ((seconds < 1800)); then directives[time]=$time; fi
  local -A settings=(
    [program]=$(printf %q "$program") [output]=$(printf %q "$output") [shards]=$shards
    [analysis]=$(list_text "${analysis[@]}") [modules]=$(loaded_modules)
  )
  local more=()
  mapfile -d '' -t more < <(of_the_merge "${extra[@]}")
  [[ -z $partition ]] || more+=("partition=$partition")
  [[ -z $account ]] || more+=("account=$account")
  fill "$here/merge.sbatch"
}

# Those of this shell, as a bash array.
loaded_modules() {
  local names
  IFS=: read -ra names <<<"${LOADEDMODULES-}"
  list_text "${names[@]}"
}
