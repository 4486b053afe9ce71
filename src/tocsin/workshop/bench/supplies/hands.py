"""Many hands on one lot, some of which die in the middle: what was told to be done is there, and nothing is given out twice."""

import multiprocessing
import os
import time
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from uuid import UUID

from tocsin.base.errors import TocsinError

if TYPE_CHECKING:
    from tocsin.supplies.stock.models import Holding

PROCESSES, THREADS = 8, 8
KILLED = 3
TAKES = 20  # that each hand tries
WAIT_S = 600.0


@dataclass(frozen=True)
class Outcome:
    """How many hands, how many acts were answered, refused and written, how many processes died, and in how many seconds."""

    hands: int
    answered: int
    refused: int
    written: int
    killed: int
    seconds: float


def many_hands(holding_id: int, head_id: UUID, folder: Path, now: datetime) -> Outcome:
    """Issues of one unit of one lot by 64 hands, twice as many as there is; three of eight processes are killed on the way.

    TocsinError where an answered act is missing, the balance is not the sum of its lines, or more went out than was there.
    """
    from django.db import connection

    from tocsin.supplies.stock.models import Holding, Line

    hands = PROCESSES * THREADS
    before = _set_free(holding_id, hands * TAKES // 2, now)
    lines = Line.objects.filter(holding=holding_id).count()
    connection.close()
    context = multiprocessing.get_context("spawn")
    paths = [folder / f"hands-{number}" for number in range(PROCESSES)]
    running = [context.Process(target=take, args=(holding_id, head_id, str(path), now)) for path in paths]
    for one in running:
        one.start()
    _wait_for(paths)
    began = time.perf_counter()
    for one in running[:KILLED]:
        one.kill()
    for one in running:
        one.join(WAIT_S)
    took = time.perf_counter() - began
    told = [path.read_bytes() for path in paths]
    answered, refused = (sum(one.count(mark) for one in told) for mark in (b"1", b"0"))
    holding: Holding = Holding.objects.get(pk=holding_id)
    written = Line.objects.filter(holding=holding_id).count() - lines
    issued = before.free - holding.free
    if issued != 1000 * written or written < answered or holding.free < 0:
        raise TocsinError(f"{answered} answered, {written} written, {issued} thousandths gone")
    if written > answered + KILLED * THREADS:
        raise TocsinError(f"{written} written for {answered} answers")
    if _sum_of_lines(holding_id) != holding.free:
        raise TocsinError("the balance is not the sum of its lines")
    return Outcome(hands, answered, refused, written, KILLED, took)


def take(holding_id: int, head_id: UUID, path: str, now: datetime) -> None:
    """Eight hands of one process: each tries to take one unit at a time and writes down what it was told."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
    import django

    django.setup()
    with Path(path).open("ab", buffering=0) as told:
        threads = [Thread(target=_hand, args=(holding_id, head_id, told, now)) for _ in range(THREADS)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()


def _hand(holding_id: int, head_id: UUID, told: FileIO, now: datetime) -> None:
    from django.db import connection

    from tocsin.jurisdiction.people.models import User
    from tocsin.supplies.stock.models import Holding
    from tocsin.supplies.stock.rules.ledger import Kind, move
    from tocsin.supplies.stock.services.acts import carry_out
    from tocsin.supplies.stock.services.ledger import NotEnough

    head, store = User.objects.get(pk=head_id), Holding.objects.select_related("store").get(pk=holding_id).store
    for _time in range(TAKES):
        try:
            carry_out(head, Kind.ISSUE, store, [move(holding_id, Kind.ISSUE, 1000)], now=now)
            told.write(b"1")
        except NotEnough:
            told.write(b"0")
    connection.close()


def _wait_for(paths: list[Path]) -> None:
    """Until every process has been answered at least once: then all of them are at it."""
    limit = time.monotonic() + WAIT_S
    while not all(path.exists() and path.stat().st_size for path in paths):
        if time.monotonic() > limit:
            raise TocsinError("the hands did not begin")
        time.sleep(0.02)


def _set_free(holding_id: int, units: int, now: datetime) -> "Holding":
    """So much is free: what is missing comes in by a receipt, what is too much goes out by an issue."""
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.supplies.stock.models import Holding
    from tocsin.supplies.stock.rules.ledger import Kind, move
    from tocsin.supplies.stock.services.acts import carry_out

    holding = Holding.objects.select_related("store").get(pk=holding_id)
    more = units * 1000 - holding.free
    if more:
        kind = Kind.RECEIPT if more > 0 else Kind.ISSUE
        carry_out(system_actor(), kind, holding.store, [move(holding_id, kind, abs(more))], now=now)
    return Holding.objects.get(pk=holding_id)


def _sum_of_lines(holding_id: int) -> int:
    """What is free by the lines alone."""
    from tocsin.supplies.stock.models import Line
    from tocsin.supplies.stock.rules.ledger import Kind, Move, State, balance

    rows = Line.objects.filter(holding=holding_id).values_list("kind", "source", "target", "amount")
    moves = (Move(holding_id, Kind(kind), State(source), State(target), amount) for kind, source, target, amount in rows)
    return balance(moves)[State.FREE]
