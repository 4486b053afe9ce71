"""Who judges which partition: leases in the database, taken, held on and given up so that every living process has its share.

A process has a lease on its own name, by which the others know that it lives, and one on each partition that it judges. All are
held on in one look. Whoever dies loses both: at once where another process of its machine sees it, else when the leases are over.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from tocsin.base.errors import Conflict
from tocsin.bus.loops.leases import give_back, is_held, renew_leases, take_lease
from tocsin.bus.models import LoopLease
from tocsin.engine.detection.partition import Partition, partitions
from tocsin.warning.detection.rules import shares
from tocsin.warning.detection.services.layout import lease_of

MEMBER = "judge "  # and then the process, shortened: a name has room for 60 characters
FORGOTTEN_AFTER = timedelta(minutes=10)
LEASE_S = 3.0
LEASE_ON_ONE_MACHINE_S = 15.0  # SQLite: all processes are of one machine, where the dead are known; a write may wait for others


@dataclass(frozen=True)
class Holding:
    """What changed by a look: `taken` anew, `lost` to another, `surplus` above this process's share, to be given up in order.

    `others_until_s`: so many seconds from now the leases of the first of the others are over, if it does not hold them on.
    """

    taken: list[Partition] = field(default_factory=list)
    lost: list[Partition] = field(default_factory=list)
    surplus: list[Partition] = field(default_factory=list)
    others_until_s: float = float("inf")


def lease_seconds() -> float:
    """How long a process that says nothing is believed to live."""
    return LEASE_S if connection.vendor == "postgresql" else LEASE_ON_ONE_MACHINE_S


def hold_share(*, process: str, judges: Collection[Partition], count: int) -> Holding:
    """Holds on what this process judges, and takes what is free of `count` partitions up to its share of them."""
    lease_s, now = lease_seconds(), timezone.now()
    take_lease(member_of(process), holder=process, lease_s=lease_s)
    lost = renew_leases([lease_of(one) for one in judges], holder=process, lease_s=lease_s)
    rows = {row.name: row for row in LoopLease.objects.filter(name__startswith=MEMBER)}
    held = {row.holder: 0 for name, row in rows.items() if name == member_of(row.holder) and is_held(row, now)}
    wanted = {lease_of(one): one for one in partitions(count)}
    for name in wanted:
        if name in rows and rows[name].holder in held:
            held[rows[name].holder] += 1
    own = [one for one in judges if lease_of(one) not in lost]
    share = shares({**held, process: len(own)}, count)[process]
    taken: list[Partition] = []
    for name, one in wanted.items():
        if len(own) + len(taken) >= share:
            break
        is_free = name not in rows or not is_held(rows[name], now)
        if one not in own and is_free and take_lease(name, holder=process, lease_s=lease_s):
            taken.append(one)
    _forget_dead(rows.values())
    lost_here = [one for one in judges if lease_of(one) in lost]
    return Holding(taken, lost_here, sorted(own)[share:], _others_until_s(rows.values(), process, timezone.now()))


def hold_all(*, process: str, count: int) -> None:
    """Holds every one of `count` partitions; Conflict, and none is held, where another living process judges one."""
    lease_s = lease_seconds()
    for one in partitions(count):
        if not take_lease(lease_of(one), holder=process, lease_s=lease_s):
            holder = LoopLease.objects.filter(pk=lease_of(one)).values_list("holder", flat=True).first()
            leave(process=process)
            raise Conflict(f"{holder or 'another process'} judges partition {one}: stop all detectors first")


def judged_by(count: int) -> dict[Partition, str]:
    """By partition the living process that judges it; empty where none does."""
    now = timezone.now()
    rows = {row.name: row for row in LoopLease.objects.filter(name__startswith=MEMBER)}
    holders = ((one, rows.get(lease_of(one))) for one in partitions(count))
    return {one: row.holder if row is not None and is_held(row, now) else "" for one, row in holders}


def give_up(*, process: str, judged: Collection[Partition]) -> None:
    """Others may take these at once."""
    give_back(process, [lease_of(one) for one in judged])


def leave(*, process: str) -> None:
    """This process ends in good order: others take at once what it judged."""
    give_back(process)
    LoopLease.objects.filter(pk=member_of(process)).delete()


def member_of(process: str) -> str:
    """The name of the lease by which a process is known to live."""
    return f"{MEMBER}{hashlib.sha256(process.encode()).hexdigest()[:16]}"


def _others_until_s(rows: Collection[LoopLease], process: str, now: datetime) -> float:
    """The last lease of a process counts: before, one who died still seems to judge something."""
    until: dict[str, datetime] = {}
    for row in rows:
        if row.holder != process and is_held(row, now):
            until[row.holder] = max(row.until, until.get(row.holder, row.until))
    return min(((one - now).total_seconds() for one in until.values()), default=float("inf"))


def _forget_dead(rows: Collection[LoopLease]) -> None:
    before = timezone.now() - FORGOTTEN_AFTER
    names = [row.name for row in rows if row.until < before]
    if names:
        LoopLease.objects.filter(pk__in=names, until__lt=before).delete()
