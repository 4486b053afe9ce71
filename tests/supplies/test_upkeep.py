"""Upkeep of gear: due by its day, done on the phone, held back where it is overdue, and back when it is done."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, make_named_person, make_person, signed_in
from tests.pictures import photo
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.base.errors import InvalidInput
from tocsin.base.ids import new_id
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import text_of
from tocsin.supplies.stock.models import Holding, Total
from tocsin.supplies.upkeep.models import Upkeep, UpkeepEntry
from tocsin.supplies.upkeep.rules.entries import UpkeepData
from tocsin.supplies.upkeep.rules.runs import KnownResult, UpkeepAct, UpkeepVerdict, weigh_result
from tocsin.supplies.upkeep.services.clocks import run_upkeep_clocks
from tocsin.supplies.upkeep.services.results import enter_upkeep_result

FAILED = KnownResult(UpkeepAct.FAILED, NOW, 3, "p1")
PASSED = KnownResult(UpkeepAct.PASSED, NOW, 3, "p1")
LATER, EARLIER = NOW + timedelta(minutes=5), NOW - timedelta(minutes=5)
WEIGHED = [
    ("the first", None, UpkeepAct.PASSED, "p1", NOW, 0, UpkeepVerdict.HOLDS),
    ("a failure always holds", PASSED, UpkeepAct.FAILED, "p2", EARLIER, 0, UpkeepVerdict.HOLDS),
    ("success that did not know of a failure", FAILED, UpkeepAct.PASSED, "p2", LATER, 2, UpkeepVerdict.BESIDE),
    ("success after the repair", FAILED, UpkeepAct.PASSED, "p2", LATER, 3, UpkeepVerdict.HOLDS),
    ("success that comes late", PASSED, UpkeepAct.PASSED, "p2", EARLIER, 3, UpkeepVerdict.BEHIND),
]


@pytest.mark.parametrize(
    ("known", "result", "device", "at", "seen", "wanted"), [one[1:] for one in WEIGHED], ids=[one[0] for one in WEIGHED]
)
def test_two_results(
    known: KnownResult | None, result: UpkeepAct, device: str, at: datetime, seen: int, wanted: UpkeepVerdict
) -> None:
    assert weigh_result(known, result, device=device, at=at, seen=seen) is wanted


@pytest.fixture
def by(db: None) -> User:
    return head()


@pytest.fixture
def held(by: User) -> Holding:
    gear = item(by, "柴油发电机组", category="A2", inspect_every_months=1, upkeep="空载运行15分钟")
    received(by, store(), item(by, "棉被", inspect_every_months=1), 5, "no upkeep", at=NOW - timedelta(days=60))
    return received(by, store("发电机库", body="gas_company"), gear, 18, "G1", at=NOW - timedelta(days=30))


def entered(by: User, upkeep: Upkeep, act: str, *, at: datetime = NOW, device: str = "p1", **data: Any) -> UpkeepEntry:
    version = Upkeep.objects.get(pk=upkeep.pk).version
    return enter_upkeep_result(
        actor=by, act=NewAct(new_id(), upkeep.pk, act, at, UpkeepData(**data), device, base_version=version)
    )


def test_overdue_gear_is_not_promised_before_it_has_run(by: User, held: Holding, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    make_named_person("wu", "store_keeper", held.store.body)
    run_upkeep_clocks(now=NOW)
    upkeep = Upkeep.objects.get()
    assert (upkeep.holding, upkeep.due_on) == (held, date(2026, 11, 29))
    told = Notice.objects.get(purpose="supplies_upkeep")
    assert told.organisation == held.store.body
    run_upkeep_clocks(now=NOW)
    assert Notice.objects.filter(purpose="supplies_upkeep").count() == 1
    for days, free, overdue in ((4, 18_000, 0), (5, 0, 18_000)):
        run_upkeep_clocks(now=NOW + timedelta(days=days))
        held.refresh_from_db()
        assert (held.free, held.overdue) == (free, overdue), days
    told = [text_of(one) for one in Notice.objects.filter(purpose="supplies_upkeep", figures__what="held")]
    assert ["can't be promised" in one for one in told] == [True]
    assert sum(one.overdue for one in Total.objects.filter(category="A2")) == 18_000_000
    later = NOW + timedelta(days=6)
    stand_at(monkeypatch, later)
    assert "overdue, not promised" in signed_in(by).get("/supplies/upkeep/").content.decode()
    entered(by, upkeep, "passed", at=later, text="fine")
    held.refresh_from_db()
    upkeep.refresh_from_db()
    assert (held.free, held.overdue, upkeep.due_on) == (18_000, 0, date(2027, 1, 4))
    run_upkeep_clocks(now=later)
    held.refresh_from_db()
    assert held.free == 18_000


def test_what_fails_goes_to_repair_and_the_rest_is_free(by: User, held: Holding, monkeypatch: pytest.MonkeyPatch) -> None:
    now = NOW + timedelta(days=10)
    stand_at(monkeypatch, now)
    run_upkeep_clocks(now=now)
    upkeep = Upkeep.objects.get()
    with pytest.raises(InvalidInput):
        entered(by, upkeep, "failed", at=now, quantity=Decimal(2))
    with pytest.raises(InvalidInput):
        entered(by, upkeep, "failed", at=now, quantity=Decimal(19), text="no start")
    entered(by, upkeep, "failed", at=now, quantity=Decimal(2), text="no start")
    held.refresh_from_db()
    assert (held.free, held.overdue, held.in_repair) == (16_000, 0, 2000)
    unaware = NewAct(new_id(), upkeep.pk, "passed", now, UpkeepData(), "p2", base_version=0)
    assert enter_upkeep_result(actor=by, act=unaware).verdict == "beside"
    upkeep.refresh_from_db()
    assert (upkeep.result, upkeep.conflict) == ("failed", True)


def test_a_keeper_does_it_on_the_phone_with_a_photo(by: User, held: Holding, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    run_upkeep_clocks(now=NOW)
    upkeep = Upkeep.objects.get()
    client = signed_in(make_named_person("li", "store_keeper", held.store.body))
    (gear,) = client.get("/api/v1/supplies/keeper").json()["gear"]
    assert (gear["id"], gear["due"], gear["there"]) == (str(upkeep.pk), "soon", 18)
    form = {"file": SimpleUploadedFile("run.jpg", photo(), "image/jpeg"), "id": str(new_id()), "at": NOW.isoformat()}
    answer = client.post(f"/api/v1/supplies/keeper/photos?upkeep_id={upkeep.pk}", form)
    assert answer.status_code == 200, answer.content
    attached = UpkeepEntry.objects.get().data["attachment"]
    assert client.get(f"/records/attachments/{attached}/").status_code == 200
    entry = {"id": str(new_id()), "work": "upkeep", "work_id": str(upkeep.pk), "act": "passed", "at": NOW.isoformat()}
    sent = {"channel": "phone", "entries": [entry | {"base_version": 1}, entry | {"id": str(new_id()), "act": "count"}]}
    answer = client.post("/api/v1/supplies/keeper/entries", sent, content_type="application/json").json()
    assert [one["taken"] for one in answer] == [True, False]
    stranger = signed_in(make_named_person("xu", "store_keeper", store("别库").body))
    refused = stranger.post(
        "/api/v1/supplies/keeper/entries", {"entries": [entry | {"id": str(new_id())}]}, content_type="application/json"
    ).json()
    assert refused[0]["taken"] is False
    assert signed_in(make_person("viewer", LICANG)).get("/api/v1/supplies/upkeep?everything=true").json()["total"] == 1
