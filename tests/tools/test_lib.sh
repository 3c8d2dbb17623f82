#!/usr/bin/env bash
# The installing part of tools/lib.sh, with commands of our own in front of the real ones: nothing is installed.
set -uo pipefail # a failed condition is for check() to report
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../tools" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0

command_stub() { # NAME: body from stdin
  { echo '#!/bin/bash'; cat; } >"$folder/bin/$1"
  chmod +x "$folder/bin/$1"
}

mkdir "$folder/bin"
# Installed: what the environment variable HAVE lists. One package is known and not installed.
command_stub dpkg-query <<'BODY'
name=${!#}
if [[ " $HAVE " == *" $name "* ]]; then echo installed; exit 0; fi
if [[ $name == removed ]]; then echo config-files; exit 0; fi
if [[ $name == unpacked ]]; then echo not-installed; exit 0; fi
echo "dpkg-query: no packages found matching $name" >&2
exit 1
BODY
command_stub apt-get <<BODY
echo "apt-get \$*" >>"$folder/log"
BODY
command_stub sudo <<BODY
echo "sudo \$*" >>"$folder/log"
[[ \${SUDO_WORKS-} ]] || exit 1
[[ \$1 == -n ]] && shift
"\$@"
BODY

# lib CODE: runs code after sourcing lib.sh, as the user that USER_ID says. EUID is read-only, so the check reads UID_.
lib() {
  : >"$folder/log"
  sed 's/((EUID == 0))/((UID_ == 0))/' "$tools/lib.sh" >"$folder/lib.sh"
  PATH="$folder/bin:$PATH" UID_=${USER_ID-0} bash -c "set -euo pipefail; source '$folder/lib.sh'; $1" \
    >"$folder/out" 2>"$folder/err" </dev/null
}

check() { # DESCRIPTION: the condition is the exit code of the command before
  local code=$?
  if ((code)); then
    echo "failed: $1" >&2
    sed 's/^/    /' "$folder/out" "$folder/err" "$folder/log" >&2
    failures=$((failures + 1))
  fi
}

export HAVE="g++ make"
lib 'missing_packages g++ "ninja-build|make" removed unpacked unknown "x|y"'
[[ $(tr '\n' ' ' <"$folder/out") == "removed unpacked unknown x " ]]; check "names what is missing, one of alternatives"

lib 'install_missing g++ make'
[[ ! -s $folder/log ]]; check "nothing is asked of apt when all is there"

lib 'install_missing g++ cmake "ninja-build|make"'
[[ $(<"$folder/log") == $'apt-get update\napt-get install -y --no-install-recommends cmake' ]]; check "root installs"

USER_ID=1000 SUDO_WORKS=1 lib 'install_missing cmake'
grep -qx 'sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends cmake' "$folder/log"
check "sudo installs"

code=0
USER_ID=1000 lib 'install_missing cmake libhdf5-dev; echo reached' || code=$?
[[ $code == 1 && ! -s $folder/out ]]; check "no root: ends at once"
grep -q 'apt-get install --no-install-recommends cmake libhdf5-dev$' "$folder/err"; check "no root: one line to run"
[[ $(<"$folder/log") == "sudo -n true" ]]; check "no root: nothing is installed"

code=0
USER_ID=1000 lib 'install_missing g++ make; echo reached' || code=$?
[[ $code == 0 && $(<"$folder/out") == reached ]]; check "all there: needs no root"

code=0
lib 'find_python sys no_such_module' || code=$?
[[ $code == 1 && $(<"$folder/err") == "no Python with the module no_such_module" ]]; check "names a missing Python module"
lib 'find_python sys os'
[[ $(<"$folder/out") == python3 ]]; check "takes the Python on PATH"
command_stub python3 <<<'exit 1'
lib 'find_python sys os'
[[ $(<"$folder/out") == /usr/bin/python3 ]]; check "falls back to Debian's Python"

RGSWEEP_CORES=3 lib cores
[[ $(<"$folder/out") == 3 ]]; check "RGSWEEP_CORES counts"
OMP_NUM_THREADS=1 lib cores
[[ $(<"$folder/out") == "$(env -u OMP_NUM_THREADS nproc)" ]]; check "OMP_NUM_THREADS does not"

exit $((failures > 0))
