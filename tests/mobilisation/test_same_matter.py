"""Several reports of one matter: proposed, joined, taken apart; the rank of each is that of its receipt, in whatever order."""

from datetime import timedelta
from itertools import permutations

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.mobilisation.public import Reporter
from tests.people import make_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.queries.alike import alike_to
from tocsin.mobilisation.hazard_reports.queries.ranks import ranks_of
from tocsin.mobilisation.hazard_reports.services.handling import accept
from tocsin.mobilisation.hazard_reports.services.merging import merge, unmerge

pytestmark = pytest.mark.django_db
COVER = "The manhole cover before the school is broken."
HERE = {"lon": 120.4, "lat": 36.2, "place": "School Road", "text": COVER, "kind": "lifeline"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> User:
    stand_at(monkeypatch, NOW)
    return make_person("report_officer", organisation="emergency_bureau")


def reported(monkeypatch: pytest.MonkeyPatch, minutes: int, **fields: object) -> Reporter:
    stand_at(monkeypatch, NOW + timedelta(minutes=minutes))
    made = Reporter()
    assert made.sends(**{**HERE, **fields}).status_code == 200
    return made


def test_ranks_are_the_same_in_whatever_order_reports_are_joined(monkeypatch: pytest.MonkeyPatch, desk: User) -> None:
    vague = reported(monkeypatch, 0, text="!", lon=None, lat=None, place="", photos=["0" * 64])
    first, second = reported(monkeypatch, 1), reported(monkeypatch, 2)
    wanted = [first.number, second.number, vague.number]
    for lead, *others in permutations((vague, first, second)):
        for one in others:
            merge(actor=desk, report_id=one.id, into=lead.number, words="", now=NOW)
        assert [one.number for one in ranks_of(lead.report)] == wanted
        assert [one.number for one in ranks_of(others[0].report)] == wanted
        for one in others:
            unmerge(actor=desk, report_id=one.id, words="", now=NOW)
    assert [ranks_of(one.report)[0].number for one in (first, second)] == [first.number, second.number]


def test_joined_and_taken_apart_it_is_as_it_was(monkeypatch: pytest.MonkeyPatch, english: None, desk: User) -> None:
    lead, other = reported(monkeypatch, 0), reported(monkeypatch, 1, danger=True)
    before = other.report
    assert [one.report.number for one in alike_to(other.report, now=NOW)] == [lead.number]
    client = signed_in(desk)
    assert "The same: join" in client.get(f"/hazard-reports/{other.id}/").content.decode()
    client.post(f"/hazard-reports/{other.id}/merge/", {"into": lead.number, "words": ""})
    assert other.report.merged_into == lead.report and lead.report.danger, "danger to life goes with it"
    with pytest.raises(Conflict, match="went into another"):
        accept(actor=desk, report_id=other.id, now=NOW)
    with pytest.raises(Conflict, match="the other way around"):
        merge(actor=desk, report_id=lead.id, into=reported(monkeypatch, 2).number, words="", now=NOW)
    accept(actor=desk, report_id=lead.id, now=NOW)
    assert other.asks().json()["state"] == "accepted", "its reporter reads of the one that leads"
    assert other.asks("add", "Now a child fell in.").status_code == 200
    listed = client.get("/api/v1/mobilisation/hazard-reports?which=open").json()["items"]
    assert (listed[0]["number"], listed[0]["voices"]) == (lead.number, 2)
    client.post(f"/hazard-reports/{other.id}/unmerge/", {"words": "two covers"})
    after = other.report
    assert (after.state, after.accept_due, after.received_at) == (before.state, before.accept_due, before.received_at)


def test_while_one_writes_reports_of_public_places_are_shown_and_joined(monkeypatch: pytest.MonkeyPatch, desk: User) -> None:
    known = reported(monkeypatch, 0)
    reported(monkeypatch, 1, firm="Hongda")
    asked = {"kind": "lifeline", "text": COVER, "region_code": "370213", "lon": 120.4, "lat": 36.2}
    found = known.client.post("/hazard/similar", asked, content_type="application/json").json()["found"]
    assert [one["id"] for one in found] == [str(known.id)] and COVER not in str(found)
    of_a_firm = known.client.post("/hazard/similar", {**asked, "firm": "Hongda"}, content_type="application/json").json()
    assert of_a_firm == {"found": []}, "nobody learns that a firm was reported"
    me_too = Reporter()
    assert me_too.sends(same_as=str(known.id), **HERE).status_code == 200
    assert me_too.report.merged_into == known.report and me_too.number != known.number
