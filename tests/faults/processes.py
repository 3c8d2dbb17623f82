"""The processes of a run: finding its ranks, and ending all of it."""

import os
import signal


def descendants(pid):
    """A process and all that come from it: Open MPI gives its ranks process groups of their own."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(name))
    found = [pid]
    for process in found:
        found += children.get(process, [])
    return found


def ranks(pid):
    """Rank to process id, among the descendants of mpirun."""
    found = {}
    for process in descendants(pid):
        try:
            with open(f"/proc/{process}/environ", "rb") as file:
                environment = dict(entry.split(b"=", 1) for entry in file.read().split(b"\0") if b"=" in entry)
        except OSError:
            continue
        if process != pid and b"OMPI_COMM_WORLD_RANK" in environment:
            found[int(environment[b"OMPI_COMM_WORLD_RANK"])] = process
    return found


def kill_tree(pid):
    for process in descendants(pid):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass
