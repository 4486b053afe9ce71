"""`tocsin bench chaos`: a light siege, and each round one or two parts killed (SIGKILL) at moments that the seed says."""

import asyncio
import contextlib
import dataclasses
import functools
import json
import os
import random
import signal
import socket
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType

from rich.console import Console
from rich.table import Table

from tocsin.workshop.bench.chaos.gateway import Gateway, gateway
from tocsin.workshop.bench.chaos.harms import Strike, shifted_clock, small_disk
from tocsin.workshop.bench.chaos.inspector import Reading, inspect, subjects
from tocsin.workshop.bench.chaos.rounds import Round, RoundFile, alone
from tocsin.workshop.bench.postgresql import OwnServer, needed, own_server
from tocsin.workshop.bench.siege.attacks import attack
from tocsin.workshop.bench.siege.town import CHANNELS, Place, Town, prepare_town, town_of
from tocsin.workshop.demo.publisher import Fleet

PARTS = ("bus", "nats-server", "door", "detector", "watcher", "worker", "web")
DATABASE, DISK, CLOCK = "database", "disk full", "clock"
ROUNDS, QUICK = 20, 4
ROUNDS_OF_A_TOWN = 100
TRAFFIC_S = 2.5
STEP_S = 0.25
ALARMS = 3  # of a round
STEADY = 100
BACK_WITHIN_S, WHOLE_WITHIN_S = 60.0, 90.0
BESIDE = ("drip", "readers", "passwords")
SHARE = 0.01
LONGEST_S = 4 * 3600.0


def run(console: Console, quick: bool, *, rounds: int = 0, seed: int = 1, database: str = "", json_file: str = "") -> None:
    """Prints a line a round, then a table; RuntimeError where something was lost, doubled or did not come back.

    Rounds that stand in `json_file` already count: a long run may be broken off and gone on with. Each town lives for
    ROUNDS_OF_A_TOWN at most; towns after the first are killed by seeds that follow.
    """
    rounds = rounds or (QUICK if quick else ROUNDS)
    file = RoundFile(json_file)
    done = file.read()
    if done:
        console.print(f"goes on behind {len(done)} rounds of {json_file}")
    os.environ |= {"TOCSIN_LOG_LEVEL": "CRITICAL", "TOCSIN_LOG_GIGABYTES": "0.2"}
    while len(done) < rounds:
        count = min(rounds - len(done), ROUNDS_OF_A_TOWN)
        done += _town_of_rounds(console, count, seed + len(done), len(done), database, file)
    _tell(console, done, "PostgreSQL" if database else "SQLite")
    if wrong := [one for one in done if one.faults]:
        raise RuntimeError(f"{len(wrong)} of {len(done)} rounds ended with something wrong: {'; '.join(wrong[0].faults)}")


def _town_of_rounds(console: Console, rounds: int, seed: int, first: int, database: str, file: RoundFile) -> list[Round]:
    done: list[Round] = []
    say = functools.partial(console.print, highlight=False)

    def keep(one: Round) -> None:
        marked = dataclasses.replace(one, number=first + one.number, seed=seed, database="PostgreSQL" if database else "SQLite")
        file.add(marked)
        done.append(marked)
        say(_line(marked))

    with tempfile.TemporaryDirectory(prefix="tocsin-chaos-") as folder, gateway() as messages, _server(database) as server:
        os.environ["NUMBA_CACHE_DIR"] = f"{folder}/numba"
        url = server.url if server is not None else database
        prepared = prepare_town(
            Path(folder) / "prepared", url, steady=STEADY, alarms=ALARMS * rounds + CHANNELS, gateway=messages.url
        )
        home = Path(folder) / "town"
        with _harms(home, server, seed, say) as harms, town_of(prepared, home) as (town, place), _besieged(place):
            play(town, place, messages, rounds=rounds, seed=seed, harms=harms, say=keep)
    return done


def play(
    town: Town,
    place: Place,
    messages: Gateway,
    *,
    rounds: int,
    seed: int,
    harms: Mapping[str, Strike] = MappingProxyType({}),
    rung: Iterable[int] = (),
    say: Callable[[Round], None] = lambda one: None,
) -> list[Round]:
    """The rounds; `rung` are sensors that have rung before."""
    with _inspector(place) as ask:
        chaos = _Chaos(town, place, messages, ask, harms, random.Random(seed), set(rung))  # noqa: S311 - repeatable
        return asyncio.run(chaos.play(rounds, say))


class _Chaos:
    def __init__(
        self,
        town: Town,
        place: Place,
        messages: Gateway,
        ask: Callable[[Sequence[Reading], set[int], dict[str, int]], list[str]],
        harms: Mapping[str, Strike],
        chance: random.Random,
        rung: set[int],
    ) -> None:
        self._town, self._place, self._messages, self._ask = town, place, messages, ask
        self._harms, self._chance = harms, chance
        self._left = [f"{code}/c{k}" for code in place.devices("alarm") for k in range(CHANNELS)][::-1]
        self._left = [name for name in self._left if name in place.sensors and place.sensors[name] not in rung]
        self._rung = rung

    async def play(self, rounds: int, say: Callable[[Round], None]) -> list[Round]:
        secrets = {code: secret for code, secret in self._place.secrets.items() if code != "gauge"}
        fleet = Fleet(self._place.host, self._place.mqtt_port, secrets)
        done = []
        try:
            await fleet.wait_until_admitted(60)
            for number in range(rounds):
                done.append(await self._round(number, fleet))
                say(done[-1])
        finally:
            await fleet.stop()
        return done

    async def _round(self, number: int, fleet: Fleet) -> Round:
        killed = tuple(
            (part, round(self._chance.uniform(0.0, TRAFFIC_S), 2))
            for part in self._chance.sample((*PARTS, *self._harms), self._chance.choice((1, 1, 2)))
        )
        sending = asyncio.create_task(self._send(fleet))
        began = time.monotonic()
        for part, at in sorted(killed, key=lambda one: one[1]):
            await asyncio.sleep(max(0.0, began + at - time.monotonic()))
            await asyncio.to_thread(self._kill, part)
        died = time.monotonic()
        readings = await sending
        back = await self._until(self._answers, BACK_WITHIN_S)
        faults = [] if back else ["processes: not all came back"]
        back_s = time.monotonic() - died
        if not await fleet.drain(WHOLE_WITHIN_S):
            faults.append(f"doors: {fleet.unacknowledged} messages are not acknowledged")
        found: list[str] = []
        last = ""

        def whole() -> bool:
            with self._messages.lock:
                taken = dict(self._messages.taken)
            nonlocal last
            found[:] = self._ask(readings, self._rung, taken)
            last = subjects(found) or last
            return not found

        await self._until(whole, WHOLE_WITHIN_S)
        return Round(number, killed, round(back_s, 1), round(time.monotonic() - died, 1), last, (*faults, *found))

    async def _send(self, fleet: Fleet) -> list[Reading]:
        """Steady readings all along, and some alarms at moments of their own."""
        readings: list[Reading] = []
        rings = sorted(self._chance.uniform(0.0, TRAFFIC_S) for _ in range(ALARMS))
        began = time.monotonic()
        while (now := time.monotonic() - began) < TRAFFIC_S:
            while rings and rings[0] <= now and self._left:
                rings.pop(0)
                name = self._left.pop()
                self._rung.add(self._place.sensors[name])
                readings += self._publish(fleet, name.split("/")[0], [name], 62.0)
            for code in self._place.devices("steady"):
                names = [name for name in self._place.sensors if name.startswith(f"{code}/")]
                readings += self._publish(fleet, code, names, 20.0 + self._chance.randrange(50) / 10)
            await asyncio.sleep(STEP_S)
        return readings

    def _publish(self, fleet: Fleet, code: str, names: Sequence[str], value: float) -> list[Reading]:
        ts = time.time_ns() // 1_000_000
        told = {name.split("/")[1]: value for name in names}
        fleet.publish(code, json.dumps({"ts": ts, "values": told}).encode())
        return [(self._place.sensors[name], ts, value) for name in names]

    def _kill(self, part: str) -> None:
        if part in self._harms:
            self._harms[part]()
            return
        with contextlib.suppress(ProcessLookupError, IndexError, KeyError):
            pids = self._town.pids()["bus" if part == "nats-server" else part]
            os.kill(pids[1 if part == "nats-server" else 0], signal.SIGKILL)

    def _answers(self) -> bool:
        """Every process runs, doors take connections, the web reads its database."""
        place = self._place
        try:
            for port in (place.mqtt_port, place.http_port):
                socket.create_connection((place.host, port), timeout=1).close()
            with urllib.request.urlopen(f"http://{place.host}:{place.web_port}/health/", timeout=5) as answer:
                return bool(answer.status == 200) and len(self._town.pids()) == len(PARTS) - 1
        except OSError:
            return False

    @staticmethod
    async def _until(holds: Callable[[], bool], patience_s: float) -> bool:
        limit = time.monotonic() + patience_s
        while not await asyncio.to_thread(holds):
            if time.monotonic() > limit:
                return False
            await asyncio.sleep(0.25)
        return True


@contextlib.contextmanager
def _harms(folder: Path, server: OwnServer | None, seed: int, say: Callable[[str], None]) -> Iterator[dict[str, Strike]]:
    """By name, what this machine can do to a town beside killing its processes."""
    with small_disk(folder, say) as fill, shifted_clock(random.Random(seed), say) as jump:  # noqa: S311 - repeatable
        found = {DISK: fill, CLOCK: jump, DATABASE: server.crash if server is not None else None}
        yield {name: strike for name, strike in found.items() if strike is not None}


@contextlib.contextmanager
def _server(database: str) -> Iterator[OwnServer | None]:
    if database != "own":
        yield None
        return
    with own_server() as server:
        yield needed(server)


@contextlib.contextmanager
def _besieged(place: Place) -> Iterator[None]:
    """A little of some attacks, all along."""
    context = get_context("spawn")
    theirs, _ours = context.Pipe()
    process = context.Process(target=attack, args=(BESIDE, place, LONGEST_S, SHARE, theirs), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


@contextlib.contextmanager
def _inspector(place: Place) -> Iterator[Callable[[Sequence[Reading], set[int], dict[str, int]], list[str]]]:
    context = get_context("spawn")
    theirs, ours = context.Pipe()
    process = context.Process(target=inspect, args=(place, theirs), daemon=True)
    process.start()

    def ask(readings: Sequence[Reading], rung: set[int], taken: dict[str, int]) -> list[str]:
        ours.send((list(readings), rung, taken))
        answer: list[str] = ours.recv()
        return answer

    try:
        yield ask
    finally:
        ours.send(None)
        process.join(10)


def _line(one: Round) -> str:
    deaths = ", ".join(f"{part} at {at:.2f} s" for part, at in one.killed)
    end = f"WRONG: {'; '.join(one.faults)}" if one.faults else f"last came {one.last or 'nothing'}; nothing lost, nothing doubled"
    return f"round {one.number:3}: {deaths}; all answer after {one.back_s:.1f} s, whole after {one.whole_s:.1f} s; {end}"


def _tell(console: Console, done: Sequence[Round], database: str) -> None:
    """The table of the parts, seconds in the middle and at most of the rounds in which each died alone."""
    deaths: Counter[str] = Counter(part for one in done for part, _ in one.killed)
    table = Table(
        title=f"{len(done)} rounds, {sum(not one.faults for one in done)} of them without a fault", title_justify="left"
    )
    for column in ("killed", "times", "all answer, half", "at most", "whole, half", "at most", "wrong"):
        table.add_column(column, justify="left" if column in ("killed", "wrong") else "right")
    for part, count in deaths.most_common():
        told = alone(done, part)
        spans = [sorted(getattr(one, name) for one in told) for name in ("back_s", "whole_s")]
        figures = [f"{one[place]:.1f}" if one else "–" for one in spans for place in (len(one) // 2, -1)]
        wrong = subjects(fault for one in done if part in dict(one.killed) for fault in one.faults) or "nothing"
        table.add_row(part, str(count), *figures, wrong)
    console.print(table)
    console.print(f"    seeds {', '.join(map(str, sorted({one.seed for one in done})))}; {database}")
