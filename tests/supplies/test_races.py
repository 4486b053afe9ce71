"""Many hands on one lot: nothing is given out twice, nothing is lost, whatever dies in between."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from tests.supplies.stores import NOW, head, item, received, store
from tocsin.base.errors import Conflict
from tocsin.supplies.stock.models import Holding, Line, Promise, Reservation
from tocsin.supplies.stock.rules.ledger import Kind, Move, State, balance, move
from tocsin.supplies.stock.rules.lots import Pick
from tocsin.supplies.stock.rules.reservations import Hold
from tocsin.supplies.stock.services import reservations
from tocsin.supplies.stock.services.acts import carry_out
from tocsin.supplies.stock.services.issuing import Wanted
from tocsin.supplies.stock.services.receiving import Received, receive
from tocsin.supplies.stock.services.reservations import free_lapsed, issue_reserved, release, reserve, reserve_picks

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """What each answers, begun at one moment in threads of their own."""
    told: list[object] = [None] * len(acts)
    start = Barrier(len(acts))

    def run(at: int) -> None:
        start.wait()
        try:
            told[at] = acts[at]()
        except Conflict as refusal:
            told[at] = refusal
        finally:
            connection.close()

    threads = [Thread(target=run, args=(at,)) for at in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    return told


def agrees(holding: Holding) -> Holding:
    """The row says what its lines add up to."""
    rows = Line.objects.filter(holding=holding)
    sums = balance(Move(one.holding_id, Kind(one.kind), State(one.source), State(one.target), one.amount) for one in rows)
    fresh = Holding.objects.get(pk=holding.pk)
    assert (fresh.free, fresh.reserved) == (sums[State.FREE], sums[State.RESERVED])
    return fresh


def test_sixteen_writers_share_what_one_lot_has() -> None:
    by = head()
    what, where = item(by), store()
    lot = received(by, where, what, 10)

    def take(kind: Kind) -> Callable[[], object]:
        return lambda: carry_out(by, kind, where, [move(lot.pk, kind, 1000)], now=NOW)

    told = at_once([take(Kind.ISSUE if n % 2 else Kind.RESERVE) for n in range(16)])
    assert sum(isinstance(one, Conflict) for one in told) == 6
    assert agrees(lot).free == 0


def test_two_lots_taken_in_opposite_order_wait_for_one_another_and_not_in_a_circle() -> None:
    by = head()
    what, where = item(by), store()
    lots = [received(by, where, what, 100, number) for number in ("L1", "L2")]

    def take(order: list[Holding]) -> Callable[[], object]:
        return lambda: [
            carry_out(by, Kind.ISSUE, where, [move(one.pk, Kind.ISSUE, 1000) for one in order], now=NOW) for _ in range(5)
        ]

    told = at_once([take(lots if n % 2 else lots[::-1]) for n in range(6)])
    assert not [one for one in told if isinstance(one, BaseException)]
    assert [agrees(one).free for one in lots] == [70_000, 70_000]


def test_a_reservation_is_given_out_or_freed_once() -> None:
    by = head()
    what, where = item(by), store()
    lot = received(by, where, what, 10)
    made = reserve(actor=by, store_id=where.pk, lines=[Wanted(item_id=what.pk, amount=4000)], purpose="x", now=NOW)
    later = NOW + timedelta(hours=1)
    at_once(
        [
            lambda: issue_reserved(actor=by, reservation_id=made.pk, partner="a", now=later),
            lambda: release(actor=by, reservation_id=made.pk, now=later),
            lambda: free_lapsed(now=NOW + timedelta(days=3)),
        ]
    )
    fresh = agrees(lot)
    assert fresh.reserved == 0
    assert fresh.free in (6000, 10_000)
    assert not Promise.objects.filter(amount__gt=0).exists()


def test_the_same_receipt_twice_is_one() -> None:
    by = head()
    what, where = item(by), store()
    line = Received(item_id=what.pk, amount=5000, number="L1")
    told = at_once([lambda: receive(actor=by, store_id=where.pk, lines=[line], now=NOW, key="platform-7") for _ in range(4)])
    assert len({getattr(one, "pk", one) for one in told}) == 1
    assert Holding.objects.get(store=where).free == 5000


def test_a_reservation_that_was_never_finished_frees_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies between the taking and the end of it."""
    by = head()
    what, where = item(by), store()
    lots = [received(by, where, what, 2, f"L{n}") for n in range(3)]

    class Killed(BaseException):
        pass

    def die(*_given: object) -> None:
        raise Killed

    monkeypatch.setattr(reservations, "_settle", die)
    picks = [Pick(one.pk, 2000) for one in lots]
    with pytest.raises(Killed):
        reserve_picks(by, picks, purpose="x", region_code=where.region_code, body_id=where.body_id, now=NOW)
    assert [agrees(one).reserved for one in lots] == [2000] * 3
    free_lapsed(now=NOW + timedelta(minutes=1))
    assert [agrees(one).reserved for one in lots] == [2000] * 3
    free_lapsed(now=NOW + timedelta(minutes=6))
    assert [agrees(one).free for one in lots] == [2000] * 3
    assert Reservation.objects.get().state == Hold.LAPSED


def test_what_can_not_be_kept_whole_is_not_kept_at_all() -> None:
    by = head()
    what, where = item(by), store()
    lots = [received(by, where, what, 2, f"L{n}") for n in range(3)]
    picks = [Pick(lots[0].pk, 2000), Pick(lots[1].pk, 2000), Pick(lots[2].pk, 2001)]
    with pytest.raises(Conflict):
        reserve_picks(by, picks, purpose="x", region_code=where.region_code, body_id=where.body_id, now=NOW)
    assert [agrees(one).free for one in lots] == [2000] * 3
    assert Reservation.objects.get().state == Hold.FAILED
