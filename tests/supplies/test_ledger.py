"""The ledger against a naive model, at random; late lines, past balances, totals that are never stored as one row."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.db.models import F, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.languages import english as english
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.people.models import User
from tocsin.supplies.stock.models import BUCKETS, DayChange, Holding, Line, Movement, Total
from tocsin.supplies.stock.queries.lots import balances_at
from tocsin.supplies.stock.rules.ledger import MOVES, Kind, Move, State, balance, move
from tocsin.supplies.stock.services.acts import carry_out
from tocsin.supplies.stock.services.clocks import put_totals_together, sums_of
from tocsin.supplies.stock.services.handling import adjust, handle
from tocsin.supplies.stock.services.ledger import NotEnough
from tocsin.supplies.stock.services.recalling import lift_recall, recall

pytestmark = pytest.mark.django_db


def told(holding: Holding) -> dict[State, int]:
    fresh = Holding.objects.get(pk=holding.pk)
    return {state: getattr(fresh, name) for state, name in BUCKETS.items()}


def sum_of_lines(holding: Holding) -> dict[State, int]:
    rows = Line.objects.filter(holding=holding).order_by("id")
    return balance(Move(one.holding_id, Kind(one.kind), State(one.source), State(one.target), one.amount) for one in rows)


ACTS = st.tuples(
    st.sampled_from(sorted((kind, pair) for kind, pairs in MOVES.items() for pair in pairs)),
    st.integers(1, 9),  # units
    st.integers(0, 1),  # which lot
    st.integers(0, 6),  # days ago
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=1, max_size=25))
def test_random_acts_leave_what_a_naive_model_says(
    db: None, acts: list[tuple[tuple[Kind, tuple[State, State]], int, int, int]]
) -> None:
    """Balances, refusals, totals and every past day agree with a list of lines that is added up from the beginning."""
    by = User.objects.filter(username__startswith="supplies_head").first() or head()
    what, where = item(by, pieces=3), store()
    lots = [received(by, where, what, 5, number, at=NOW - timedelta(days=6)) for number in ("L1", "L2")]
    naive: list[tuple[int, Move]] = [(6, move(lot.pk, Kind.RECEIPT, 5000)) for lot in lots]
    for (kind, (source, target)), units, which, ago in acts:
        lot = lots[which]
        has = balance(one for _ago, one in naive if one.holding_id == lot.pk)
        line = Move(lot.pk, kind, source, target, units * 1000)
        fits = source is State.OUTSIDE or has[source] >= line.amount
        try:
            carry_out(by, kind, where, [line], now=NOW, at=NOW - timedelta(days=ago), reason="why")
            assert fits
            naive.append((ago, line))
        except NotEnough:
            assert not fits
    rows = Holding.objects.filter(store=where)
    for lot in lots:
        own = [(ago, one) for ago, one in naive if one.holding_id == lot.pk]
        assert told(lot) == sum_of_lines(lot) == balance(one for _ago, one in own)
        for day in range(7):
            past = balances_at(rows, NOW - timedelta(days=day))[lot.pk]
            assert past == balance(one for ago, one in own if ago >= day)
    for region in (where.region_code,):
        whole = defaultdict(int)
        for one in Holding.objects.filter(region_code=region):
            for name in BUCKETS.values():
                whole[name] += getattr(one, name) * one.pieces_per_unit
        while put_totals_together(now=NOW):
            pass
        assert sums_of(Total, region_code=region) == whole
        assert sums_of(DayChange, region_code=region) == whole
        assert Total.objects.filter(region_code=region).count() <= 1


def test_a_late_line_is_one_line(english: None, django_assert_max_num_queries: object) -> None:
    """However many lines lie behind it, entering it late costs the same and changes no line."""
    by = head()
    what, where = item(by), store()
    lot = received(by, where, what, 100, at=NOW - timedelta(days=50))
    for day in range(40, 0, -1):
        carry_out(by, Kind.ISSUE, where, [move(lot.pk, Kind.ISSUE, 1000)], now=NOW, at=NOW - timedelta(days=day))
    before = list(Line.objects.order_by("id").values())
    carry_out(by, Kind.ISSUE, where, [move(lot.pk, Kind.ISSUE, 7000)], now=NOW, at=NOW - timedelta(days=45))
    assert list(Line.objects.order_by("id").values())[: len(before)] == before
    assert Line.objects.count() == len(before) + 1
    past = balances_at(Holding.objects.filter(pk=lot.pk), NOW - timedelta(days=42))
    assert past[lot.pk][State.FREE] == 93_000
    assert told(lot)[State.FREE] == 53_000


@pytest.mark.parametrize("kind", [Kind.ISSUE, Kind.RESERVE, Kind.SEND])
def test_nothing_of_a_recalled_lot_is_given_out(english: None, kind: Kind) -> None:
    by = head()
    what, where = item(by), store()
    lot = received(by, where, what, 10)
    assert recall(actor=by, lot_id=lot.lot_id, reason="mould", now=NOW) == 1
    with pytest.raises(NotEnough, match="is recalled"):
        carry_out(by, kind, where, [move(lot.pk, kind, 1000)], now=NOW)
    told_by = {"actor": by, "store_id": where.pk, "lot_id": lot.lot_id, "now": NOW}
    handle(**told_by, kind=Kind.SCRAP, amount=2000, source=State.FREE, reason="mould")
    lift_recall(actor=by, lot_id=lot.lot_id, reason="tested", now=NOW)
    carry_out(by, kind, where, [move(lot.pk, kind, 8000)], now=NOW)
    assert told(lot)[State.FREE] == 0


def test_an_act_of_many_lines_is_done_whole_or_not_at_all(english: None) -> None:
    by = head()
    what, where = item(by), store()
    lots = [received(by, where, what, 5, f"L{n}") for n in range(4)]
    moves = [move(lot.pk, Kind.ISSUE, 5000) for lot in lots[:3]] + [move(lots[3].pk, Kind.ISSUE, 5001)]
    with pytest.raises(NotEnough, match="Lot L3 in 李沧区救灾物资库 has less than that by now"):
        carry_out(by, Kind.ISSUE, where, moves, now=NOW)
    assert [told(one)[State.FREE] for one in lots] == [5000] * 4
    assert not Movement.objects.filter(kind=Kind.ISSUE).exists()


def test_the_future_and_a_count_without_a_reason_are_refused(english: None) -> None:
    by = head()
    what, where = item(by), store()
    lot = received(by, where, what, 5)
    with pytest.raises(InvalidInput, match="lies in the future"):
        carry_out(by, Kind.ISSUE, where, [move(lot.pk, Kind.ISSUE, 1000)], now=NOW, at=NOW + timedelta(hours=1))
    with pytest.raises(InvalidInput, match="Say why"):
        adjust(actor=by, store_id=where.pk, lot_id=lot.lot_id, counted=4000, reason="", now=NOW)
    assert adjust(actor=by, store_id=where.pk, lot_id=lot.lot_id, counted=5000, reason="", now=NOW) is None
    assert adjust(actor=by, store_id=where.pk, lot_id=lot.lot_id, counted=7500, reason="found behind", now=NOW) is not None
    assert told(lot)[State.FREE] == 7500


def test_a_lot_has_one_last_day(english: None) -> None:
    by = head()
    what, where = item(by), store()
    received(by, where, what, 5, expires_on=date(2027, 1, 1))
    with pytest.raises(Conflict, match="Line 1: Lot L1 has another last day: 2027-01-01"):
        received(by, where, what, 5, expires_on=date(2027, 2, 1))
    assert Holding.objects.aggregate(sum=Sum(F("free")))["sum"] == 5000
