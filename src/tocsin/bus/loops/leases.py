"""Loops, and parts of the log, that one process at a time may work through: rows with a holder and an end."""

import os
import socket
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import IntegrityError
from django.utils import timezone

from tocsin.bus.models import LoopLease

FIRST_NAMESPACE = "pid:[4026531836]"  # of processes that run in no container (Linux: PROC_PID_INIT_INO)


def worker_name() -> str:
    """This process, as leases and figures of loops name it."""
    return f"{_place()}:{os.getpid()}"


def _place() -> str:
    """Where a number names one process: the machine, and in a container that bears the machine's name the container too."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:  # another system than Linux
        namespace = FIRST_NAMESPACE
    inside = "" if namespace == FIRST_NAMESPACE else f"/{namespace.removeprefix('pid:[').removesuffix(']')}"
    return f"{socket.gethostname()}{inside}"


def take_lease(name: str, *, holder: str, lease_s: float) -> bool:
    """Holds the loop for so long from now on; False where another living worker holds it."""
    now = timezone.now()
    until = now + timedelta(seconds=lease_s)
    row = LoopLease.objects.filter(pk=name).first()
    if row is None:
        try:
            LoopLease.objects.create(name=name, holder=holder, until=until)
        except IntegrityError:
            return False  # another was quicker
        return True
    if row.holder != holder and is_held(row, now):
        return False
    unchanged = LoopLease.objects.filter(pk=name, holder=row.holder, until=row.until)
    return bool(unchanged.update(holder=holder, until=until))


def renew_leases(names: list[str], *, holder: str, lease_s: float) -> set[str]:
    """Holds these on; returns those that somebody else has taken meanwhile."""
    until = timezone.now() + timedelta(seconds=lease_s)
    LoopLease.objects.filter(pk__in=names, holder=holder).update(until=until)
    return set(names) - set(LoopLease.objects.filter(pk__in=names, holder=holder).values_list("pk", flat=True))


def give_back(holder: str, names: Iterable[str] | None = None) -> int:
    """Whoever comes next need not wait for an end. `names`: these leases only. How many it still held."""
    held = LoopLease.objects.filter(holder=holder)
    return (held if names is None else held.filter(pk__in=names)).update(holder="")


def is_held(lease: LoopLease, now: datetime) -> bool:
    """Whether a living process has the lease."""
    return lease.holder != "" and lease.until > now and not is_dead(lease.holder)


def is_dead(worker: str) -> bool:
    """Whether that worker was a process of this machine and is none any more; of others only time tells."""
    place, _, pid = worker.rpartition(":")
    if place != _place():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _has_ended(int(pid))


def _has_ended(pid: int) -> bool:
    """Whether it is dead and only waits for its parent to ask for its code (proc_pid_stat(5))."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return False
