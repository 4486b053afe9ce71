"""Loops that one worker at a time may run: rows with a holder and an end."""

import os
import socket
from datetime import timedelta

from django.db import IntegrityError
from django.utils import timezone

from tocsin.bus.models import LoopLease


def worker_name() -> str:
    """This process, as leases and figures of loops name it."""
    return f"{socket.gethostname()}:{os.getpid()}"


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
    if row.holder not in ("", holder) and row.until > now and not is_dead(row.holder):
        return False
    unchanged = LoopLease.objects.filter(pk=name, holder=row.holder, until=row.until)
    return bool(unchanged.update(holder=holder, until=until))


def renew_leases(names: list[str], *, holder: str, lease_s: float) -> set[str]:
    """Holds these on; returns those that somebody else has taken meanwhile."""
    until = timezone.now() + timedelta(seconds=lease_s)
    LoopLease.objects.filter(pk__in=names, holder=holder).update(until=until)
    return set(names) - set(LoopLease.objects.filter(pk__in=names, holder=holder).values_list("pk", flat=True))


def give_back(holder: str) -> None:
    """Whoever comes next need not wait for an end."""
    LoopLease.objects.filter(holder=holder).update(holder="")


def is_dead(worker: str) -> bool:
    """Whether that worker was a process of this machine and is none any more; of others only time tells."""
    host, _, pid = worker.rpartition(":")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
