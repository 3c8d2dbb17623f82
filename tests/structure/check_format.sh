#!/usr/bin/env bash
# check_format.sh ROOT: clang-format has nothing to change in the C++ sources.
set -euo pipefail
cd "$1"
if ! command -v clang-format >/dev/null; then
  echo "clang-format is missing: apt-get install clang-format (version 14; others differ in detail)" >&2
  exit 1
fi
mapfile -d '' -t files < <(find src include tests -name '*.[ch]pp' -print0)
if ! found=$(clang-format --dry-run --Werror "${files[@]}" 2>&1); then
  grep -o '^[^ ]*: error' <<<"$found" | cut -d: -f1,2 | uniq || echo "$found"
  echo "Repair with: find src include tests -name '*.[ch]pp' | xargs clang-format -i" >&2
  exit 1
fi
echo "${#files[@]} files are clean"
