"""`tocsin bench siege`: the attacks one after the other, then all at once, each on a town of its own beside its own peace."""

import contextlib
import json
import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rich.console import Console

from tocsin.base.errors import InvalidInput
from tocsin.sensing.history.queries.table import History
from tocsin.workshop.bench.idle import pss_bytes
from tocsin.workshop.bench.postgresql import database_at
from tocsin.workshop.bench.siege.attacks import ATTACKS, Attack, attack
from tocsin.workshop.bench.siege.book import Book
from tocsin.workshop.bench.siege.figures import Phase, Waits, as_json, faults, show
from tocsin.workshop.bench.siege.peace import Log, Peace, keep_peace
from tocsin.workshop.bench.siege.town import Place, Town, prepare_town, town_of

GRACE_S = 45.0  # beyond its time, until an attacker is ended from outside
KEPT_WITHIN_S = 60.0
KEEP_DAYS = 3650
TOGETHER = "together"


@dataclass(frozen=True, kw_only=True)
class Length:
    """How long each part takes, and how much of its full size an attack has; `one_attacker`: all in one process."""

    warm_s: float
    peace_s: float
    siege_s: float
    share: float
    one_attacker: bool = False

    @property
    def alarms(self) -> int:
        """Sensors that ring once each: more than can be rung."""
        return round(10 * (self.warm_s + self.peace_s + self.siege_s + GRACE_S + 10))


FULL = Length(warm_s=5, peace_s=20, siege_s=30, share=1.0)
QUICK = Length(warm_s=2, peace_s=4, siege_s=8, share=0.2)


def run(console: Console, quick: bool, *, attacks: str = "", database: str = "", json_file: str = "") -> None:
    """Prints the table and JSON; RuntimeError where a reading or an alarm was lost, InvalidInput for an unknown attack."""
    length = QUICK if quick else FULL
    phases: list[Phase] = []
    with tempfile.TemporaryDirectory(prefix="tocsin-siege-") as folder, database_at(database) as url:
        os.environ |= {"NUMBA_CACHE_DIR": f"{folder}/numba", "TOCSIN_LOG_LEVEL": "CRITICAL"}
        prepared = prepare_town(Path(folder) / "prepared", url, steady=1000, alarms=length.alarms)
        for number, (name, played) in enumerate(plan_of(attacks, quick=quick)):
            console.print(f"{name}: {'; '.join(one.about for one in played) if len(played) == 1 else 'all of them'}")
            with town_of(prepared, Path(folder) / f"town-{number}") as (town, place):
                phases.append(besiege(town, place, name, played, length)[0])
    console.print(
        "Attackers, devices and town share this machine's cores; each attacker is a process of its own at nice +10. "
        + f"Load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {'PostgreSQL' if database else 'SQLite'}."
    )
    show(console, phases)
    text = json.dumps(as_json(phases))
    console.print(text, soft_wrap=True, highlight=False, markup=False)
    if json_file:
        Path(json_file).write_text(text + "\n")
    if told := faults(phases):
        raise RuntimeError("; ".join(told))


def plan_of(attacks: str, *, quick: bool) -> list[tuple[str, list[Attack]]]:
    """The phases: each attack alone, then all together; quick: together only. Of `attacks` those that are named.

    >>> [name for name, _ in plan_of("drip,together", quick=False)]
    ['drip', 'together']
    >>> [name for name, _ in plan_of("", quick=True)]
    ['together']
    """
    every = {one.name: [one] for one in ATTACKS} | {TOGETHER: list(ATTACKS)}
    wanted = [one.strip() for one in attacks.split(",")] if attacks else [TOGETHER] if quick else list(every)
    if unknown := [name for name in wanted if name not in every]:
        raise InvalidInput(f"there is no attack {unknown[0]!r}; known are {', '.join(every)}")
    return [(name, every[name]) for name in wanted]


def besiege(
    town: Town, place: Place, name: str, attacks: Sequence[Attack], length: Length, peace: Peace | None = None
) -> tuple[Phase, Log]:
    """One phase: peace, attack, and what became of every reading."""
    context = get_context("spawn")
    stop = context.Event()
    theirs, ours = context.Pipe()
    city = context.Process(target=keep_peace, args=(place, peace or Peace(), stop, theirs), daemon=True)
    with _memory(town) as memory:
        city.start()
        ours.recv()
        time.sleep(length.warm_s)
        memory.take()
        began = time.time()
        time.sleep(length.peace_s)
        in_peace = memory.take()
        attacked = time.time()
        offenders, cpu_s = _attack(place, attacks, length)
        ended = time.time()
        stop.set()
        log: Log = ours.recv()
        city.join(10)
        kept, refused = kept_of(place, log)
        phase = Phase(
            name=name,
            before=Waits.of(log, began, attacked),
            during=Waits.of(log, attacked, ended),
            sent=len(log.readings),
            kept=kept,
            refused=refused,
            unacknowledged=log.unacknowledged,
            memory_before=in_peace,
            memory=memory.take(),
            deaths=sum(" ended with code " in line for line in town.said),
            streams=log.streams,
            offenders=offenders,
            offenders_cpu_s=cpu_s,
            load=round(os.getloadavg()[0], 1),
        )
    return phase, log


def _attack(place: Place, attacks: Sequence[Attack], length: Length) -> tuple[dict[str, dict[str, int]], float]:
    """All of them at the same time, until each has ended by itself or its grace is over."""
    context = get_context("spawn")
    names = [one.name for one in attacks]
    alone = [[one.name] for one in attacks for _ in range(one.processes)]
    running: list[tuple[list[str], Any, Any]] = []
    for group in [names] if length.one_attacker else alone:
        theirs, ours = context.Pipe()
        process = context.Process(target=attack, args=(group, place, length.siege_s, length.share, theirs), daemon=True)
        process.start()
        theirs.close()
        running.append((group, process, ours))
    limit = time.monotonic() + length.siege_s + GRACE_S
    told: dict[str, dict[str, int]] = {}
    cpu_s = 0.0
    for group, process, ours in running:
        got, seconds = {name: {"ended from outside": 1} for name in group}, 0.0
        try:
            if ours.poll(max(0.0, limit - time.monotonic())):
                got, seconds = ours.recv()
        except EOFError:
            got = {name: {"failed": 1} for name in group}
        for name in group:
            told[name] = dict(Counter(told.get(name, {})) + Counter(got[name]))
        cpu_s += seconds
        process.kill()
        process.join()
    return told, round(cpu_s, 1)


def kept_of(place: Place, log: Log) -> tuple[int, int]:
    """Readings of the log that the history holds, and those told as refused, when no more come."""
    wanted = {(sensor, ts): value for sensor, ts, value in log.readings}
    if not wanted:
        return 0, 0
    sensors, times = sorted({sensor for sensor, _ in wanted}), [ts for _, ts in wanted]
    history = History(Path(place.folder) / "history", keep_days=KEEP_DAYS)
    limit = time.monotonic() + KEPT_WITHIN_S
    with contextlib.closing(Book(place)) as book:
        while True:
            found = history.read(sensors, min(times), max(times) + 1)
            rows = zip(found.sensor.tolist(), found.ts.tolist(), found.value.tolist(), strict=True)
            kept, refused = sum(wanted.get((sensor, ts)) == value for sensor, ts, value in rows), book.refused()
            if kept + refused >= len(wanted) or time.monotonic() > limit:
                return kept, refused
            time.sleep(1)


class _Memory:
    """The most that each process has held since it was last asked."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._most: dict[str, int] = {}
        self.done = threading.Event()

    def watch(self) -> None:
        while not self.done.wait(1.0):
            for name, pids in self._town.pids().items():
                try:
                    held = sum(map(pss_bytes, pids))
                except OSError:
                    continue
                self._most[name] = max(self._most.get(name, 0), held)

    def take(self) -> dict[str, int]:
        most, self._most = self._most, {}
        return most


@contextmanager
def _memory(town: Town) -> Iterator[_Memory]:
    memory = _Memory(town)
    thread = threading.Thread(target=memory.watch, daemon=True)
    thread.start()
    try:
        yield memory
    finally:
        memory.done.set()
        thread.join()
