#!/usr/bin/env bash
# check_shell.sh ROOT: shellcheck has nothing to say about the shell scripts.
set -euo pipefail
cd "$1"
if ! command -v shellcheck >/dev/null; then
  echo "shellcheck is missing: apt-get install shellcheck" >&2
  exit 1
fi
folders=(.ci tests tools)
[[ ! -d slurm ]] || folders+=(slurm)
mapfile -d '' -t files < <(find "${folders[@]}" -type f -exec grep -lZE '^#!.*\b(bash|sh)$|shellcheck shell=' {} +)
shellcheck -x "${files[@]}"
echo "${#files[@]} files are clean"
