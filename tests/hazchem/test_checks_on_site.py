"""Checks that are made with the phone: they count for their own day, once; a label or the firm's sign proves the place."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.clocks import stand_at
from tests.hazchem.plants import make_plant, make_tank
from tests.hazchem.test_prevention import Ledger, a_ledger
from tests.languages import english as english
from tests.people import signed_in
from tests.pictures import photo
from tests.supervision.firms import NOW
from tocsin.base.errors import InvalidInput
from tocsin.base.ids import new_id
from tocsin.hazchem.installations.models import PlantUnit
from tocsin.hazchem.installations.queries.labels import label_path
from tocsin.hazchem.prevention.models import CheckEntry, CheckResult, RiskUnit
from tocsin.hazchem.prevention.policy.prevention import prevention
from tocsin.hazchem.prevention.rules.kinds import RiskColour
from tocsin.records.attachments.models import Attachment
from tocsin.supervision.inspections.models import Finding

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
__all__ = ["a_ledger"]
TODAY = timezone.localdate(NOW)
HOUR = timedelta(hours=1)


class Round:
    """The officer of the firm with the phone, who goes round the plant."""

    def __init__(self, book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
        self.book, self.monkeypatch = book, monkeypatch
        self.unit, _tank = make_tank(book.officer, book.firm)
        self.next_door, _tank = make_tank(book.officer, book.firm, unit="Loading bay")
        RiskUnit.objects.update(plant_unit=self.unit)
        self.browser = signed_in(book.officer)

    def entry(self, act: str, at: datetime, **data: Any) -> dict[str, Any]:
        return {"id": str(new_id()), "check_task_id": str(self.book.check.pk), "act": act, "at": at.isoformat(), "data": data}

    def sends(self, *entries: dict[str, Any], now: datetime) -> list[tuple[bool, str]]:
        stand_at(self.monkeypatch, now)
        sent = {"entries": list(entries), "channel": "phone"}
        answer = self.browser.post("/api/v1/hazchem/check-entries", sent, content_type="application/json")
        assert answer.status_code == 200, answer.content
        return [(one["taken"], one["verdict"] or one["reason"]) for one in answer.json()]

    def page(self) -> dict[str, Any]:
        told: dict[str, Any] = self.browser.get("/api/v1/hazchem/check-phone").json()
        return told


@pytest.fixture(name="round")
def a_round(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> Round:
    stand_at(monkeypatch, NOW)
    return Round(book, monkeypatch)


def label(unit: PlantUnit) -> str:
    return "https://city.example" + label_path(unit.pk, NOW)


def demand(monkeypatch: pytest.MonkeyPatch, *colours: RiskColour) -> None:
    policy = prevention()
    asked = msgspec.structs.replace(policy, checks=msgspec.structs.replace(policy.checks, place_demanded=colours))
    for module in ("services.checks", "shown.phone", "views.checks"):
        monkeypatch.setattr(f"tocsin.hazchem.prevention.{module}.prevention", lambda: asked)


def test_what_was_found_without_a_network_counts_for_its_own_day(round: Round) -> None:
    late = NOW + timedelta(days=3)
    on_day_one = round.entry("in_order", NOW + timedelta(days=1), text="closes in 2 s", code=label(round.unit))
    assert round.sends(on_day_one, on_day_one, now=late) == [(True, "counts")] * 2, "a second delivery changes nothing"
    result = CheckResult.objects.get()
    assert (result.done_on, result.at_place, result.text) == (TODAY + timedelta(days=1), True, "closes in 2 s")
    round.book.check.refresh_from_db()
    assert (round.book.check.due_on, round.book.check.version) == (TODAY + timedelta(days=8), 1)
    shown = round.page()["checks"][0]
    assert (shown["done_today"], shown["place"], shown["unit_id"]) == (False, round.unit.name, str(round.unit.pk))
    assert (shown["results"][0]["at_place"], shown["place_demanded"]) == (True, False)
    assert [one["name"] for one in round.page()["units"]] == sorted((round.unit.name, "Loading bay"))
    today = round.entry("in_order", late)
    assert round.sends(today, now=late) == [(True, "counts")]
    assert round.page()["checks"][0]["done_today"]
    older = round.entry("in_order", NOW + timedelta(days=2))
    assert round.sends(older, now=late) == [(True, "counts")]
    round.book.check.refresh_from_db()
    assert round.book.check.due_on == TODAY + timedelta(days=10), "what comes late sets nothing back"


def test_of_two_results_of_a_day_the_second_does_nothing_but_no_danger_is_lost(round: Round) -> None:
    assert round.sends(round.entry("in_order", NOW), now=NOW + HOUR) == [(True, "counts")]
    assert round.sends(round.entry("in_order", NOW), now=NOW + HOUR) == [(True, "behind")]
    ((taken, reason),) = round.sends(round.entry("not_in_order", NOW, text="it sticks"), now=NOW + HOUR)
    assert not taken and "Report the hidden danger" in reason, "it stays on the phone, with what to do"
    assert (CheckResult.objects.count(), CheckEntry.objects.count(), Finding.objects.count()) == (1, 2, 0)


def test_what_is_not_in_order_opens_a_hidden_danger_with_its_photo(round: Round) -> None:
    ((taken, reason),) = round.sends(round.entry("not_in_order", NOW), now=NOW)
    assert (taken, reason) == (False, "Say what is not in order.")
    sent = {
        "id": str(new_id()),
        "at": NOW.isoformat(),
        "act": "not_in_order",
        "text": "it sticks",
        "grade": "major",
        "code": label(round.unit),
        "file": SimpleUploadedFile("v.jpg", photo()),
    }
    address = f"/api/v1/hazchem/check-tasks/{round.book.check.pk}/photos"
    assert round.browser.post(address, sent).json()["verdict"] == "counts"
    again = {**sent, "file": SimpleUploadedFile("v.jpg", photo())}
    assert round.browser.post(address, again).json()["version"] == 1
    danger, result = Finding.objects.get(), CheckResult.objects.get()
    assert (danger.grade, result.finding_id, result.at_place) == ("major", danger.pk, True)
    assert Attachment.objects.get().object_type == "finding"
    page = round.browser.get(f"/prevention/checks/{round.book.check.pk}/").content.decode()
    assert danger.number in page and "code of the place scanned" in page


def test_another_place_s_code_is_refused_and_none_is_where_the_policy_demands_it(
    round: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((taken, reason),) = round.sends(round.entry("in_order", NOW, code=label(round.next_door)), now=NOW)
    assert not taken and reason.startswith(f"Scanned: Loading bay. Expected: {round.unit.name}.")
    demand(monkeypatch, RiskColour.RED, RiskColour.ORANGE)
    shown = round.page()["checks"][0]
    assert shown["place_demanded"]
    ((taken, reason),) = round.sends(round.entry("in_order", NOW), now=NOW)
    assert not taken and f"scan the code at {round.unit.name} first" in reason
    with pytest.raises(InvalidInput, match="scan the code"):
        round.book.found()
    page = round.browser.get(f"/prevention/checks/{round.book.check.pk}/").content.decode()
    assert "made on site" in page and "What you found" not in page
    assert round.sends(round.entry("in_order", NOW, code=label(round.unit)), now=NOW) == [(True, "counts")]
    demand(monkeypatch, RiskColour.RED)
    tomorrow = NOW + timedelta(days=1)
    assert round.sends(round.entry("in_order", tomorrow), now=tomorrow) == [(True, "counts")], "an orange event's"


def test_only_the_firm_s_own_people_check(round: Round) -> None:
    _other, stranger, _keeper = make_plant("Another plant", "plant-b")
    sent = {"entries": [round.entry("in_order", NOW)]}
    away = signed_in(stranger).post("/api/v1/hazchem/check-entries", sent, content_type="application/json")
    assert away.json()[0]["reason"] == "There is no such check, or it is not your firm's."
    assert signed_in(stranger).get("/api/v1/hazchem/check-phone").json()["checks"] == []
    assert round.browser.get("/prevention/phone/").status_code == 200
    listed = round.browser.get("/prevention/checks/").content.decode()
    assert 'href="/prevention/phone/"' in listed
