#!/usr/bin/env bash
# A Slurm of its own on this machine, for root or an ordinary user: munged, slurmctld and one slurmd a node, without
# systemd and cgroups. Everything they write is in DIR.
#
#   cluster.sh start DIR [NODES] [PID]   NODES (2) nodes of 8 pretended cores; ends by itself when process PID has ended
#   cluster.sh stop DIR                  ends the jobs and daemons of this cluster, and no other process
#   cluster.sh lose DIR NODE             ends the node's slurmd only: jobs there go on, as behind a broken network
#   cluster.sh restore DIR NODE          starts it again
#
# After `start`, `. DIR/environment` lets sbatch, squeue, srun and mpirun use it.
# Exit code: 0 ready; 77 when Slurm is not installed; 1 when it does not start, with the ends of its logs.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

say() { echo "cluster.sh: $*" >&2; }
die() {
  say "$*"
  exit 1
}

action=${1-} folder=$(realpath -m "${2:?usage: cluster.sh start|stop|lose|restore DIR ...}")
unset "${!SLURM_@}" # of a job that this may be called in
export SLURM_CONF=$folder/slurm.conf
cores=8 patience=60

# until_true WHAT COMMAND...: repeats the command until it succeeds.
until_true() {
  local what=$1 end=$((SECONDS + patience))
  shift
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= end)); then
      tail -n 5 "$folder"/log/* >&2 || true
      die "$what did not come up in $patience s; above are the ends of its logs"
    fi
    sleep 0.05
  done
}

# The processes of this cluster: its daemons, which carry a mark in their environment and pass it to what they start,
# and its jobs, by the configuration that Slurm gives to them.
own_processes() {
  local files=()
  {
    grep -lzxF "RGSWEEP_TEST_CLUSTER=$folder" /proc/[0-9]*/environ
    mapfile -t files < <(grep -lzxF "SLURM_CONF=$SLURM_CONF" /proc/[0-9]*/environ)
    ((${#files[@]} == 0)) || grep -lz '^SLURM_JOB_ID=' "${files[@]}"
  } 2>/dev/null | sed 's,/proc/\([0-9]*\)/.*,\1,' | sort -u
}

# daemon NAME COMMAND...: in a session of its own, so that an interrupt of the test does not end it halfway.
daemon() {
  local name=$1
  shift
  RGSWEEP_TEST_CLUSTER=$folder setsid "$@" </dev/null >>"$folder/log/$name.out" 2>&1 &
  echo "$!" >"$folder/run/$name"
}

start_node() { daemon "$1" slurmd -D -N "$1"; }

# free_ports N: the first of N free ports in a row, below those that the system gives to others.
free_ports() {
  python3 - "$1" <<'PYTHON'
import random, socket, sys

wanted = int(sys.argv[1])
for _ in range(200):
    first, sockets = random.randrange(20000, 32000 - wanted), []
    try:
        for port in range(first, first + wanted):
            sockets.append(socket.socket())
            sockets[-1].bind(("", port))
        print(first)
        break
    except OSError:
        pass
    finally:
        for one in sockets:
            one.close()
else:
    sys.exit("no free ports")
PYTHON
}

write_configuration() {
  local nodes=$1 srun_ports=60 first host listen
  first=$(free_ports $((nodes + 1 + srun_ports)))
  # The daemons can be told to listen at the address of this machine's name only. In containers the name has another
  # address than 127.0.0.1, or none; they listen everywhere then, but do nothing without a credential of our munged.
  host=$(uname -n) host=${host%%.*} listen=''
  if [[ $(getent ahostsv4 "$(uname -n)") == 127.0.0.1[[:space:]]* ]]; then
    listen=CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
  fi
  cat >"$SLURM_CONF" <<CONF
ClusterName=rgsweep
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
# A requeued job waits for this long, 120 s by default.
AuthInfo=socket=$folder/munge/socket,cred_expire=5
CredType=cred/munge
SlurmctldPort=$first
SrunPortRange=$((first + nodes + 1))-$((first + nodes + srun_ports))
$listen
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool.%n
# Each node has its own, or ranks of two nodes would find each other's shared memory.
TmpFS=$folder/tmp.%n
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/%n.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/%n.log
# Neither cgroups nor an accounting database.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MailProg=/bin/true
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_min_interval=0,sched_interval=2,bf_interval=2,batch_sched_delay=0
PropagateResourceLimits=NONE
Prolog=$folder/prolog
SlurmdParameters=config_overrides
ReturnToService=2
MaxArraySize=401
MinJobAge=3600
CompleteWait=0
KillWait=5
# A node that does not answer for so long is given up, and its jobs start elsewhere.
SlurmdTimeout=6
UnkillableStepTimeout=30
JobRequeue=1
NodeName=DEFAULT CPUs=$cores SocketsPerBoard=1 CoresPerSocket=$cores ThreadsPerCore=1 RealMemory=1000 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=60 State=UP
CONF
  # No cgroups are used, but slurmd wants to know of which kind they are, and in a chroot there may be none to look at.
  echo CgroupPlugin=cgroup/v1 >"$folder/cgroup.conf"
  local node
  for ((node = 1; node <= nodes; ++node)); do
    echo "NodeName=n$node NodeHostname=$host NodeAddr=127.0.0.1 Port=$((first + node))" >>"$SLURM_CONF"
    mkdir -p "$folder/spool.n$node" "$folder/tmp.n$node"
  done
  # Slurm's time limits are in minutes, its ends of jobs in seconds: --comment=limit-20 gives a job 20 seconds.
  cat >"$folder/prolog" <<PROLOG
#!/bin/sh
export SLURM_CONF=$SLURM_CONF PATH=$PATH
seconds=\$(scontrol show job "\$SLURM_JOB_ID" | sed -n 's/^ *Comment=limit-\([0-9]*\).*/\1/p')
[ -z "\$seconds" ] || scontrol update JobId="\$SLURM_JOB_ID" EndTime="\$(date -d "\$seconds seconds" +%FT%T)"
PROLOG
  chmod 755 "$folder/prolog"
  # Nodes that are one machine share its network and its cores.
  cat >"$folder/environment" <<ENVIRONMENT
export SLURM_CONF=$SLURM_CONF
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_btl=self,tcp OMPI_MCA_btl_tcp_if_include=lo OMPI_MCA_oob_tcp_if_include=lo
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_orte_tmpdir_base=$folder/mpi
ENVIRONMENT
}

all_idle() { [[ $(sinfo --noheader --Node --states=idle --format=%N | sort -u | wc -l) == "$1" ]]; }

start() {
  local nodes=${1:-2} guarded=${2-} program node
  for program in munged slurmctld slurmd sbatch; do
    if ! command -v "$program" >/dev/null; then
      say "no $program here: apt-get install --no-install-recommends slurm-wlm munge libpmix-dev"
      exit 77
    fi
  done
  ((${#folder} <= 80)) || die "$folder: too long for the name of a socket"
  [[ ! -e $SLURM_CONF ]] || die "$folder: there is a cluster already"
  mkdir -p "$folder"/{munge,log,run,state,mpi}
  (umask 077 && head -c 1024 /dev/urandom >"$folder/munge/key")
  write_configuration "$nodes"
  # --force: the folder may belong to others than root, as a folder for temporary files does.
  daemon munged munged --foreground --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" \
    --pid-file="$folder/run/munged.pid" --seed-file="$folder/munge/seed" --log-file="$folder/log/munged.log"
  until_true munged munge --socket="$folder/munge/socket" --no-input
  daemon slurmctld slurmctld -D -i
  until_true slurmctld bash -c 'scontrol ping | grep -q "is UP"'
  for ((node = 1; node <= nodes; ++node)); do start_node "n$node"; done
  until_true "a slurmd" all_idle "$nodes"
  if [[ $guarded ]]; then setsid bash "$0" guard "$folder" "$guarded" </dev/null >/dev/null 2>&1 & fi
}

stop() {
  local signal process end processes
  [[ -e $SLURM_CONF ]] || return 0
  if timeout 5 scontrol ping 2>/dev/null | grep -q 'is UP'; then
    timeout 10 squeue --noheader --format=%A 2>/dev/null | sort -u | timeout 10 xargs -r scancel 2>/dev/null || true
  fi
  for signal in TERM KILL; do
    end=$((SECONDS + 10))
    while mapfile -t processes < <(own_processes) && ((${#processes[@]} > 0 && SECONDS < end)); do
      for process in "${processes[@]}"; do kill "-$signal" "$process" 2>/dev/null || true; done
      sleep 0.2
    done
    ((${#processes[@]} > 0)) || break
  done
  ((${#processes[@]} == 0)) || die "these processes do not end: ${processes[*]}"
  rm -f "$SLURM_CONF"
}

case $action in
  start) start "${@:3}" ;;
  stop) stop ;;
  lose) kill -KILL "$(cat "$folder/run/$3")" ;;
  restore) start_node "$3" ;;
  guard)
    while kill -0 "$3" 2>/dev/null && [[ -e $SLURM_CONF ]]; do sleep 0.5; done
    if [[ -e $SLURM_CONF ]]; then stop; fi
    rm -rf "$folder"
    ;;
  *) die "unknown action '$action'" ;;
esac
