"""A stock-take: a frozen list, counts without a network, differences with a reason and a second person, lines of the ledger."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.people import LICANG, make_named_person, make_person, signed_in
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import text_of
from tocsin.supplies.stock.models import Holding, Line, Movement
from tocsin.supplies.stock.rules.ledger import INSIDE, State
from tocsin.supplies.stock.services.issuing import Wanted, issue
from tocsin.supplies.stock.services.reservations import reserve
from tocsin.supplies.stocktakes.models import CountEntry, CountLine, Stocktake
from tocsin.supplies.stocktakes.rules.counting import (
    LOST_FROM,
    CountVerdict,
    Extent,
    KnownCount,
    judge_difference,
    losses_of,
    weigh_count,
)
from tocsin.supplies.stocktakes.rules.entries import CountData
from tocsin.supplies.stocktakes.services import counts, takes

API = "/api/v1/supplies"
FIRST = KnownCount("li", "p1", NOW, -2000, 1)
LATER, EARLIER = NOW + timedelta(minutes=5), NOW - timedelta(minutes=5)
WEIGHED = [
    ("the first count", None, "li", "p1", NOW, -2000, 0, (CountVerdict.HOLDS, True, False)),
    ("a correction of one's own", FIRST, "li", "p1", LATER, 0, 0, (CountVerdict.HOLDS, True, False)),
    ("one's own that comes late", FIRST, "li", "p1", EARLIER, 0, 0, (CountVerdict.BEHIND, False, False)),
    ("a second person with the same", FIRST, "wang", "p2", LATER, -2000, 0, (CountVerdict.CONFIRMS, False, False)),
    ("two who did not know of one another", FIRST, "wang", "p2", LATER, 0, 0, (CountVerdict.BESIDE, False, True)),
    ("the same person on another phone", FIRST, "li", "p2", LATER, 0, 0, (CountVerdict.BESIDE, False, True)),
    ("the same on another phone, the same count", FIRST, "li", "p2", LATER, -2000, 0, (CountVerdict.BEHIND, False, False)),
    ("somebody who saw the first", FIRST, "wang", "p2", LATER, 0, 1, (CountVerdict.HOLDS, True, False)),
]


@pytest.mark.parametrize(
    ("known", "counter", "device", "at", "difference", "seen", "wanted"),
    [one[1:] for one in WEIGHED],
    ids=[one[0] for one in WEIGHED],
)
def test_two_counts_of_a_lot(
    known: KnownCount | None, counter: str, device: str, at: datetime, difference: int, seen: int, wanted: tuple[Any, ...]
) -> None:
    found = weigh_count(known, counter=counter, device=device, at=at, difference=difference, seen=seen)
    assert (found.verdict, found.holds, found.conflict) == wanted


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.floats(0, 100))
def test_a_difference_is_over_the_limit_or_not(expected: int, counted: int, percent: float) -> None:
    verdict = judge_difference(expected, counted, percent)
    assert (verdict == "agrees") == (expected == counted)
    if expected == 0 and counted:
        assert verdict == "over"


@given(st.lists(st.integers(0, 10**6), min_size=4, max_size=4), st.integers(1, 10**7))
def test_a_loss_is_taken_whole_or_told_short(amounts: list[int], missing: int) -> None:
    there = dict(zip(LOST_FROM, amounts, strict=True))
    found = losses_of(there, missing)
    assert sum(amount for _state, amount in found.parts) + found.short == missing
    assert all(amount <= there[state] for state, amount in found.parts)
    assert found.short == max(0, missing - sum(amounts))


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW + timedelta(hours=2))


@pytest.fixture
def by(db: None) -> User:
    return head()


def counted(
    by: User, line: CountLine, amount: str, *, at: datetime = NOW + timedelta(hours=1), device: str = "p1", **more: Any
) -> CountEntry:
    data = CountData(line=line.pk, counted=Decimal(amount), **more)
    return counts.enter_count(actor=by, act=NewAct(new_id(), line.stocktake_id, "count", at, data, device))


def opened(by: User, where: Any, extent: Extent = Extent.ALL, **more: Any) -> Stocktake:
    return takes.open_stocktake(actor=by, store_id=where.pk, extent=extent, now=NOW, **more)


def test_what_moves_while_it_is_counted_is_reckoned(by: User) -> None:
    what, where = item(by), store()
    held = received(by, where, what, 100)
    take = opened(by, where)
    line = take.lines.get()
    for minutes, units in ((30, 10), (90, 5)):  # one before the count, one after it
        at = NOW + timedelta(minutes=minutes)
        issue(actor=by, store_id=where.pk, lines=[Wanted(item_id=what.pk, amount=units * 1000)], partner="a", now=at)
    counted(by, line, "90")
    line.refresh_from_db()
    assert (line.frozen, line.counted, line.difference) == (100_000, 90_000, 0)
    late = NOW + timedelta(minutes=45)  # entered late, and from before the count: 2 more were there no longer
    now = NOW + timedelta(hours=2)
    issue(actor=by, store_id=where.pk, lines=[Wanted(item_id=what.pk, amount=2000)], partner="b", at=late, now=now)
    line.reason, line.confirmed_by = "found behind the pallet", make_person("store_keeper")
    line.save()
    takes.book_stocktake(actor=by, stocktake_id=take.pk, now=now)
    held.refresh_from_db()
    assert held.free == 85_000, "what was counted, without what left since"
    assert Movement.objects.get(document=take.number).reason == "found behind the pallet"


def test_differences_over_the_limit_need_a_reason_and_a_second_person(by: User) -> None:
    what, where = item(by), store()
    small, large = received(by, where, what, 1000, "small"), received(by, where, what, 100, "large")
    take = opened(by, where)
    lines = {one.holding_id: one for one in take.lines.all()}
    counted(by, lines[small.pk], "995")
    with pytest.raises(Conflict, match="large"):
        takes.book_stocktake(actor=by, stocktake_id=take.pk, now=NOW)
    line = lines[large.pk]
    counted(by, line, "97")
    with pytest.raises(Conflict):
        takes.book_stocktake(actor=by, stocktake_id=take.pk, now=NOW)
    counts.give_reason(actor=by, stocktake_id=take.pk, count_line_id=line.pk, reason="mice")
    with pytest.raises(Conflict):
        counts.confirm_difference(actor=by, stocktake_id=take.pk, count_line_id=line.pk)
    other = make_person("supplies_head", LICANG)
    counts.confirm_difference(actor=other, stocktake_id=take.pk, count_line_id=line.pk)
    takes.book_stocktake(actor=by, stocktake_id=take.pk, now=NOW + timedelta(hours=2))
    assert [Holding.objects.get(pk=one.pk).free for one in (small, large)] == [995_000, 97_000]
    assert sorted(Movement.objects.filter(document=take.number).values_list("reason", flat=True))[0] == "mice"
    with pytest.raises(Conflict):
        takes.book_stocktake(actor=by, stocktake_id=take.pk, now=NOW)


def test_a_second_count_confirms_and_one_that_differs_is_decided(by: User) -> None:
    what, where = item(by), store()
    received(by, where, what, 100)
    other = make_person("supplies_head", LICANG)
    take = opened(by, where)
    line = take.lines.get()
    first = counted(by, line, "95", text="torn")
    assert counted(other, line, "95", device="p2").verdict == "confirms"
    line.refresh_from_db()
    assert (line.confirmed_by, line.reason, line.conflict) == (other, "torn", False)
    beside = counted(other, line, "96", device="p2")
    line.refresh_from_db()
    assert (beside.verdict, line.counted, line.conflict) == ("beside", 95_000, True)
    with pytest.raises(Conflict):
        takes.book_stocktake(actor=by, stocktake_id=take.pk, now=NOW)
    browser = signed_in(by)
    page = browser.get(f"/supplies/stocktakes/{take.pk}/").content.decode()
    assert "two counts differ" in page
    assert "96 holds" in page
    browser.post(f"/supplies/stocktakes/{take.pk}/decide/", {"count_line_id": line.pk, "count_entry_id": beside.pk})
    line.refresh_from_db()
    assert (line.counted, line.counted_by, line.conflict, line.confirmed_by) == (96_000, other, False, None)
    assert CountEntry.objects.filter(line=line).count() == 3
    assert first.verdict == "holds"


def test_a_loss_leaves_what_is_reserved(by: User) -> None:
    what, where = item(by), store()
    held = received(by, where, what, 100)
    reserve(
        actor=by,
        store_id=where.pk,
        lines=[Wanted(item_id=what.pk, amount=90_000)],
        purpose="case",
        until=NOW + timedelta(days=2),
        now=NOW,
    )
    take = opened(by, where)
    line = take.lines.get()
    assert line.frozen == 100_000, "what is reserved lies there too"
    counted(by, line, "80", text="fire")
    counts.confirm_difference(actor=make_person("supplies_head", LICANG), stocktake_id=take.pk, count_line_id=line.pk)
    with pytest.raises(Conflict, match=r"reserved|预留"):
        takes.book_stocktake(actor=by, stocktake_id=take.pk, now=NOW)
    assert "full count due" in signed_in(by).get("/supplies/stocktakes/").content.decode()
    counted(by, line, "95", text="fire", at=NOW + timedelta(minutes=70))
    counts.confirm_difference(actor=make_named_person("z", "supplies_head"), stocktake_id=take.pk, count_line_id=line.pk)
    takes.book_stocktake(actor=by, stocktake_id=take.pk, now=NOW + timedelta(hours=2))
    told = Notice.objects.filter(key__startswith=f"stocktake-{take.pk}-booked-")
    assert told.count() == 2 and not told.filter(person=by).exists(), "both heads of supplies hear that the ledger was corrected"
    assert "corrected at 1 lots. 1 of them" in text_of(told[0]) or "1个批次" in text_of(told[0])
    held.refresh_from_db()
    assert (held.free, held.reserved) == (5000, 90_000)
    assert "full count due" not in signed_in(by).get("/supplies/stocktakes/").content.decode()
    lines = Line.objects.filter(holding=held)
    sums = {
        state: sum(one.amount for one in lines if one.target == state) - sum(one.amount for one in lines if one.source == state)
        for state in INSIDE
    }
    assert (sums[State.FREE], sums[State.RESERVED]) == (5000, 90_000)


def test_what_is_due_is_listed_and_one_store_has_one_open_stocktake(by: User) -> None:
    key, other, where = item(by, "饮用水"), item(by, "麻绳"), store()
    received(by, where, key, 5, "key", at=NOW - timedelta(days=40))
    received(by, where, other, 5, "other", at=NOW - timedelta(days=40))
    received(by, where, key, 5, "fresh", at=NOW - timedelta(days=10))
    take = opened(by, where, Extent.DUE)
    assert [one.holding.lot.number for one in take.lines.all()] == ["key"]
    with pytest.raises(Conflict):
        opened(by, where)
    counted(by, take.lines.get(), "5")
    takes.book_stocktake(actor=by, stocktake_id=take.pk, now=NOW + timedelta(hours=2))
    with pytest.raises(InvalidInput):
        opened(by, where, Extent.DUE)
    again = opened(by, where, Extent.CATEGORY, category="A1")
    assert again.lines.count() == 3
    takes.drop_stocktake(actor=by, stocktake_id=again.pk, reason="wrong store", now=NOW)
    assert Stocktake.objects.get(pk=again.pk).state == "dropped"


def test_the_phone_sends_twice_and_is_taken_once_and_others_are_refused(by: User) -> None:
    where = store("燃气公司库", body="gas_company")
    held = received(by, where, item(by), 10)
    keeper = make_named_person("li", "store_keeper", where.body)
    take = opened(by, where)
    told = Notice.objects.get(purpose="supplies_count")
    assert (told.organisation, take.number in text_of(told)) == (where.body, True)
    client = signed_in(keeper)
    page = client.get(f"{API}/keeper").json()
    (shown,) = page["takes"][0]["lines"]
    assert (shown["lot"], shown["counted"], "frozen" in shown) == (held.lot.number, None, False)
    entry = {"id": str(new_id()), "work": "stocktake", "work_id": str(take.pk), "act": "count", "at": NOW.isoformat()}
    entry |= {"device": "p", "sequence": 1, "data": {"line": shown["id"], "counted": "9"}}
    for _delivery in range(2):
        sent = {"channel": "phone", "entries": [entry]}
        answer = client.post(f"{API}/keeper/entries", sent, content_type="application/json").json()
        assert [(one["taken"], one["verdict"]) for one in answer] == [(True, "holds")]
    assert CountEntry.objects.count() == 1
    assert client.get(f"{API}/keeper").json()["takes"][0]["lines"][0]["verdict"] == "over"
    finish = entry | {"id": str(new_id()), "act": "finish", "data": None}
    client.post(f"{API}/keeper/entries", {"entries": [finish]}, content_type="application/json")
    assert Notice.objects.filter(purpose="supplies_count", person=by).count() == 1
    stranger = signed_in(make_named_person("xu", "store_keeper", store("别库").body))
    fresh = entry | {"id": str(new_id())}
    refused = stranger.post(f"{API}/keeper/entries", {"entries": [fresh]}, content_type="application/json").json()
    assert refused[0]["taken"] is False
    assert signed_in(make_person("viewer")).get("/keeper/").status_code == 403
    assert client.get("/keeper/").status_code == 200


def test_the_list_and_the_labels_are_printed(by: User) -> None:
    where = store()
    held = received(by, where, item(by), 10)
    browser = signed_in(by)
    browser.post(f"/supplies/lots/{held.lot_id}/place/", {"store_id": where.pk, "bay": "A-03"})
    take = opened(by, where)
    for name, about in (("stocktake_list", take.pk), ("supply_labels", where.pk)):
        answer = browser.get(f"/records/papers/{name}/{about}.pdf")
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-"), name
    viewer = signed_in(make_person("viewer", LICANG))
    assert viewer.get(f"/records/papers/supply_labels/{where.pk}.pdf").status_code == 403


def test_nobody_counts_what_they_do_not_keep(by: User) -> None:
    where = store()
    received(by, where, item(by), 10)
    with pytest.raises(NotAllowed):
        opened(make_person("viewer", LICANG), where)
