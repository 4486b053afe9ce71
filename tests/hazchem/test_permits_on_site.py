"""What those on site enter: judged by its own time, taken once, and told where the permit went on meanwhile."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.clocks import stand_at
from tests.hazchem.crews import BAD, Crew, crew, ring
from tests.hazchem.plants import make_level, make_plant, make_tank
from tests.languages import english as english
from tests.people import signed_in
from tests.pictures import photo
from tests.supervision.firms import NOW
from tocsin.base.ids import new_id
from tocsin.hazchem.installations.models import PlantUnit
from tocsin.hazchem.installations.queries.labels import label_path, unit_of_label
from tocsin.hazchem.permits.models import GasTest, PermitEntry, WorkPermit
from tocsin.hazchem.permits.policy.permits import PERMITS, permit_policy
from tocsin.hazchem.permits.rules.field import PermitFieldAct, PermitVerdict, weigh_field_act
from tocsin.hazchem.permits.rules.kinds import PermitState, SigningRole
from tocsin.hazchem.permits.services import work
from tocsin.hazchem.permits.services.keeping import KEPT
from tocsin.hazchem.permits.services.stopping import stop_beside_alarms
from tocsin.notices.messages.models import Notice
from tocsin.records.attachments.models import Attachment
from tocsin.supervision.objects.models import CodeIssue
from tocsin.supervision.objects.queries.codes import sign_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
__all__ = ["crew"]
EARLY, LATE = NOW - timedelta(minutes=5), NOW + timedelta(minutes=5)

WEIGHED = {
    "a tick while it is signed": ("tick", "signing", LATE, "counts"),
    "a tick before it was closed": ("tick", "closed", EARLY, "behind"),
    "a tick of what was never open is refused by its service": ("tick", "closed", LATE, "counts"),
    "a test before a stop still is a test": ("test", "stopped", EARLY, "counts"),
    "a pause while work goes on": ("pause", "running", LATE, "counts"),
    "a pause before work went on again": ("pause", "running", EARLY, "behind"),
    "a pause before an alarm stopped it": ("pause", "stopped", EARLY, "behind"),
    "a stop before work went on again": ("stop", "running", EARLY, "behind"),
    "a stop that somebody else gave, too": ("stop", "stopped", EARLY, "behind"),
    "closed before an alarm stopped it": ("close", "stopped", EARLY, "counts"),
    "closed before it expired": ("close", "expired", EARLY, "counts"),
    "closed twice": ("close", "closed", EARLY, "behind"),
    "a round is always told": ("round", "closed", EARLY, "counts"),
}


@pytest.mark.one_database
@pytest.mark.parametrize("name", WEIGHED)
def test_an_act_is_judged_by_its_own_time(name: str) -> None:
    act, state, at, verdict = WEIGHED[name]
    assert weigh_field_act(PermitFieldAct(act), PermitState(state), at=at, state_at=NOW) == PermitVerdict(verdict)


def act(permit: WorkPermit, what: str, at: datetime, **data: Any) -> dict[str, Any]:
    return {"id": str(new_id()), "work_permit_id": str(permit.pk), "act": what, "at": at.isoformat(), "data": data}


class Site:
    """Those on site with their phones: `sends` delivers at once what one of them entered."""

    def __init__(self, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
        self.crew, self.monkeypatch = crew, monkeypatch

    def sends(self, role: SigningRole, *acts: dict[str, Any], now: datetime) -> list[tuple[bool, str]]:
        stand_at(self.monkeypatch, now)
        browser = signed_in(self.crew.people[role])
        sent = {"entries": list(acts)}
        answer = browser.post("/api/v1/hazchem/work-permit-entries", sent, content_type="application/json")
        assert answer.status_code == 200, answer.content
        return [(one["taken"], one["verdict"] or one["reason"]) for one in answer.json()]


@pytest.fixture
def site(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> Site:
    return Site(crew, monkeypatch)


def test_what_was_entered_without_a_network_carries_its_own_time(crew: Crew, site: Site) -> None:
    permit = crew.apply()
    crew.sign(permit, SigningRole.APPLICANT)
    minute = timedelta(minutes=1)
    later = NOW + 20 * minute
    test = act(permit, "test", NOW + minute, flammable_percent=0.1, place="flange")
    assert site.sends(SigningRole.ANALYST, test, test, now=later) == [(True, "counts")] * 2
    made = GasTest.objects.get()
    assert (made.at, made.place, made.good) == (NOW + minute, "flange", True)
    crew.sign(permit, SigningRole.ANALYST, NOW + 2 * minute)
    codes = ["briefed", "isolated", "cleaned", "combustibles_cleared", "extinguishers"]
    ticks = act(permit, "tick", NOW + 3 * minute, done=codes, without=["cylinders_apart"])
    assert site.sends(SigningRole.WATCHER, ticks, now=later) == [(True, "counts")]
    crew.sign(permit, SigningRole.WATCHER, NOW + 4 * minute)
    crew.sign(permit, SigningRole.APPROVER, NOW + 5 * minute)
    crew.start(permit, NOW + 6 * minute)
    rests = act(permit, "pause", NOW + 8 * minute)
    assert site.sends(SigningRole.WATCHER, rests, act(permit, "round", NOW + 9 * minute, text="calm"), now=later) == [
        (True, "counts"),
        (True, "counts"),
    ]
    permit.refresh_from_db()
    assert (permit.state, permit.paused_at, permit.version) == ("paused", NOW + 8 * minute, 4)
    assert site.sends(SigningRole.WATCHER, act(permit, "pause", NOW + 10 * minute), now=later)[0][1] == "No work goes on here."
    assert site.sends(SigningRole.APPLICANT, act(permit, "close", NOW + 11 * minute), now=later) == [(True, "counts")]
    permit.refresh_from_db()
    assert (permit.state, permit.state_at) == ("closed", NOW + 11 * minute)
    page = signed_in(crew.applicant).get(f"/permits/{permit.pk}/").content.decode()
    assert "everybody at work was briefed" in page and "calm" in page


def test_what_an_alarm_overtook_is_kept_and_told(crew: Crew, site: Site) -> None:
    permit = crew.start(crew.approve(crew.apply()))
    gas = make_level("street-1", "gas", 20.0, "methane")
    ring(gas, NOW + timedelta(minutes=5))
    stop_beside_alarms(now=NOW + timedelta(minutes=5))
    before = act(permit, "pause", NOW + timedelta(minutes=4))
    assert site.sends(SigningRole.WATCHER, before, now=NOW + timedelta(minutes=9)) == [(True, "behind")]
    permit.refresh_from_db()
    assert permit.state == "stopped"
    tests = [act(permit, "test", NOW + timedelta(minutes=minute), flammable_percent=0.1) for minute in (4, 6)]
    taken = site.sends(SigningRole.WATCHER, *tests, now=NOW + timedelta(minutes=9))
    assert [one for one, _reason in taken] == [True, False], "after the stop only the analyst tests"
    told = signed_in(crew.people[SigningRole.WATCHER]).get("/api/v1/hazchem/permit-phone").json()["permits"][0]
    assert told["stopped_by_alarm"] and "gone on" in told["entries"][0]["conflict"]
    assert "tick" in told["acts"] and "pause" not in told["acts"]


def test_a_bad_test_stops_the_work_when_it_arrives_unless_a_newer_one_holds(crew: Crew, site: Site) -> None:
    permit = crew.start(crew.approve(crew.apply()))
    crew.test(permit, now=NOW + timedelta(minutes=10))
    bad = {"flammable_percent": BAD.flammable_percent}
    assert site.sends(
        SigningRole.ANALYST, act(permit, "test", NOW + timedelta(minutes=5), **bad), now=NOW + timedelta(minutes=12)
    )
    permit.refresh_from_db()
    assert permit.state == "running"
    site.sends(SigningRole.ANALYST, act(permit, "test", NOW + timedelta(minutes=11), **bad), now=NOW + timedelta(minutes=13))
    permit.refresh_from_db()
    assert (permit.state, permit.stopped_at) == ("stopped", NOW + timedelta(minutes=11))
    assert Notice.objects.filter(purpose="permit_stopped").exists()


def test_the_code_of_the_firm_proves_the_place(crew: Crew, site: Site) -> None:
    permit = crew.start(crew.approve(crew.apply()))
    other, _officer, _keeper = make_plant("Another plant", "plant-b")
    codes = []
    for firm in (crew.firm, other):
        issue = CodeIssue.objects.create(object=firm, issued_at=NOW, issued_by=crew.keeper)
        codes.append(f"https://city.example/q/{sign_token(issue)}/")
    forged = "https://city.example/q/none/"
    acts = [act(permit, "round", LATE, code=code) for code in [*codes, forged]]
    told = site.sends(SigningRole.WATCHER, *acts, act(permit, "round", LATE), now=LATE)
    wrong = "Scanned: {}. Expected: Chlorine bund. Nothing was entered: scan the code at the place of the work."
    assert told == [
        (True, "counts"),
        (False, wrong.format("a place of another firm")),
        (False, wrong.format("no code of a sign or label that holds")),
        (True, "counts"),
    ]
    assert site.sends(SigningRole.WATCHER, act(permit, "stop", LATE, code=forged, text="smoke"), now=LATE) == [(True, "counts")]
    assert list(PermitEntry.objects.order_by("version").values_list("at_place", flat=True)) == [True, None, False]


def test_the_label_of_the_unit_proves_the_place_and_another_unit_s_is_refused(crew: Crew, site: Site) -> None:
    permit = crew.start(crew.approve(crew.apply()))
    next_door, _tank = make_tank(crew.applicant, crew.firm, unit="Loading bay")

    def label(unit: PlantUnit) -> str:
        return "https://city.example" + label_path(unit.pk, NOW)

    own, other = label(crew.unit), label(next_door)
    assert unit_of_label(own) == crew.unit and unit_of_label(other) == next_door
    for forged in (own.replace(str(crew.unit.pk), str(next_door.pk)), own[:-1] + ("A" if own[-1] != "A" else "B"), own[:60], ""):
        assert unit_of_label(forged) is None
    told = site.sends(SigningRole.WATCHER, *(act(permit, "round", LATE, code=code) for code in (own, other)), now=LATE)
    reason = "Scanned: Loading bay. Expected: Chlorine bund. Nothing was entered: scan the code at the place of the work."
    assert told == [(True, "counts"), (False, reason)]
    page = signed_in(crew.people[SigningRole.WATCHER]).get("/api/v1/hazchem/permit-phone").json()
    assert (page["permits"][0]["unit_id"], page["permits"][0]["unit"]) == (str(crew.unit.pk), "Chlorine bund")
    assert [one["name"] for one in page["units"]] == ["Chlorine bund", "Loading bay"]


def test_the_policy_may_demand_the_code_of_the_place(crew: Crew, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = msgspec.structs.replace(permit_policy(), place_demanded=(PermitFieldAct.ROUND,))
    for module in ("services.field", "shown.phone"):
        monkeypatch.setattr(f"tocsin.hazchem.permits.{module}.permit_policy", lambda: asked)
    permit = crew.start(crew.approve(crew.apply()))
    own = "https://city.example" + label_path(crew.unit.pk, NOW)
    told = site.sends(SigningRole.WATCHER, act(permit, "round", LATE), act(permit, "round", LATE, code=own), now=LATE)
    reason = "Nothing was entered: scan the code at Chlorine bund first, and enter it again."
    assert told == [(False, reason), (True, "counts")]
    page = signed_in(crew.people[SigningRole.WATCHER]).get("/api/v1/hazchem/permit-phone").json()
    assert page["permits"][0]["place_demanded"] == ["round"]
    assert site.sends(SigningRole.WATCHER, act(permit, "stop", LATE, text="smoke"), now=LATE) == [(True, "counts")]


@pytest.mark.one_database
def test_no_policy_demands_a_code_of_whoever_stops_work() -> None:
    text = PERMITS.path.read_text(encoding="utf-8").replace("place_demanded = []", 'place_demanded = ["stop"]')
    with pytest.raises(Exception, match="stop is taken at any place"):
        PERMITS.read(text.encode(), "a city's own")


def test_labels_are_printed_for_those_who_keep_the_firm_s_units(crew: Crew) -> None:
    address = f"/records/papers/plant_labels/{crew.firm.pk}.pdf"
    printed = signed_in(crew.applicant).get(address)
    assert printed.status_code == 200 and printed.content.startswith(b"%PDF")
    assert address in signed_in(crew.keeper).get(f"/objects/{crew.firm.pk}/").content.decode()
    _other, stranger, _keeper = make_plant("Another plant", "plant-b")
    assert signed_in(stranger).get(address).status_code == 403


def test_only_those_who_are_named_enter_and_a_photo_stands_on_the_permit(crew: Crew, site: Site) -> None:
    permit = crew.start(crew.approve(crew.apply()))
    reason = site.sends(SigningRole.APPROVER, act(permit, "tick", LATE, done=["briefed"]), now=LATE)[0][1]
    assert reason == "This is for: watcher the-watcher."
    _other, stranger, _keeper = make_plant("Another plant", "plant-b")
    away = signed_in(stranger).post(
        "/api/v1/hazchem/work-permit-entries", {"entries": [act(permit, "round", LATE)]}, content_type="application/json"
    )
    assert away.json()[0]["reason"] == "There is no such permit, or it is not your firm's."
    watcher = signed_in(crew.people[SigningRole.WATCHER])
    sent = {"id": str(new_id()), "at": LATE.isoformat(), "text": "meter", "file": SimpleUploadedFile("m.jpg", photo())}
    kept = watcher.post(f"/api/v1/hazchem/work-permits/{permit.pk}/photos", sent)
    assert kept.status_code == 200, kept.content
    page = watcher.get(f"/permits/{permit.pk}/").content.decode()
    attachment = PermitEntry.objects.get().data["attachment"]
    assert f"/records/attachments/{attachment}/" in page
    assert watcher.get(f"/records/attachments/{attachment}/").status_code == 200
    assert signed_in(stranger).get(f"/records/attachments/{attachment}/").status_code == 403
    assert signed_in(stranger).get("/api/v1/hazchem/permit-phone").json()["permits"] == []
    assert watcher.get("/permits/phone/").status_code == 200
    WorkPermit.objects.update(state="closed", state_at=NOW)
    assert KEPT.forget(NOW + timedelta(days=1)) == 1
    assert not Attachment.objects.filter(pk=attachment).exists(), "its photos go with it"


def test_an_expired_permit_is_closed_from_the_site(crew: Crew, site: Site) -> None:
    permit = crew.start(crew.approve(crew.apply()))
    WorkPermit.objects.update(state="expired", state_at=permit.ends_at)
    at = permit.ends_at - timedelta(minutes=1)
    assert site.sends(SigningRole.WATCHER, act(permit, "close", at), now=permit.ends_at + timedelta(minutes=5)) == [
        (True, "counts")
    ]
    permit.refresh_from_db()
    assert (permit.state, permit.state_at) == ("closed", at)
    with pytest.raises(Exception, match="begun"):
        work.close_permit(actor=crew.applicant, permit_id=permit.pk, now=LATE)
