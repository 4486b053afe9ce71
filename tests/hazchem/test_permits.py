"""A permit from its draft to its end; clocks; who may do what."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.clocks import stand_at
from tests.hazchem.crews import BAD, Crew
from tests.hazchem.crews import crew as crew
from tests.hazchem.plants import make_plant
from tests.languages import english as english
from tests.people import signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.hazchem.commitments.queries.seen import see_firm
from tocsin.hazchem.commitments.rules import WORK_COUNTS
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.queries.days import _work, works_at_firm
from tocsin.hazchem.permits.rules.kinds import GRADES, SINGLE, PermitKind, SigningRole
from tocsin.hazchem.permits.services import work
from tocsin.hazchem.permits.services.clocks import follow_permits, warn_of_watchers_away
from tocsin.hazchem.permits.shown.waiting import to_end, to_sign, to_test
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.posts.models import DutyShift, DutyVerdict, PersonCertificate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_a_permit_from_draft_to_close(crew: Crew) -> None:
    permit = crew.apply()
    assert (permit.grade, permit.state) == ("first", "draft")
    assert to_sign(crew.applicant, NOW) == [permit]
    crew.sign(permit, SigningRole.APPLICANT)
    analyst = crew.people[SigningRole.ANALYST]
    assert to_test(analyst, NOW) == [permit] == to_sign(analyst, NOW)
    with pytest.raises(Conflict, match=r"gas test \(analyst\)"):
        crew.sign(permit, SigningRole.ANALYST)
    with pytest.raises(NotAllowed, match="the-analyst"):
        crew.sign(permit, SigningRole.WATCHER)
    assert not crew.test(permit, BAD)
    with pytest.raises(Conflict, match="gas test that holds"):
        crew.sign(permit, SigningRole.ANALYST)
    assert crew.test(permit)
    crew.sign(permit, SigningRole.ANALYST)
    with pytest.raises(Conflict, match=r"measures to be ticked on site \(watcher\)"):
        crew.sign(permit, SigningRole.WATCHER)
    crew.tick(permit)
    crew.sign(permit, SigningRole.WATCHER)
    with pytest.raises(Conflict, match="Work begins once the approver has signed"):
        crew.start(permit)
    crew.sign(permit, SigningRole.APPROVER)
    told = {one.person_id for one in Notice.objects.filter(purpose="permit_sign")}
    assert told == {one.pk for role, one in crew.people.items() if role is not SigningRole.APPLICANT}
    with pytest.raises(Conflict, match="new gas test, the last is too old"):
        crew.start(permit, NOW + timedelta(minutes=31))
    assert crew.start(permit, NOW + timedelta(minutes=30)).state == "running"
    closed = work.close_permit(actor=crew.applicant, permit_id=permit.pk, now=NOW + timedelta(hours=1))
    assert closed.state == "closed"
    assert [one.act for one in closed.steps.all()][:2] == ["drafted", "signed"]


def test_the_days_commitment_sees_what_is_permitted(crew: Crew) -> None:
    assert see_firm(crew.firm, NOW).permitted is None, "nobody knows before the first permit"
    permit = crew.apply()
    assert see_firm(crew.firm, NOW).permitted == {}, "a draft permits nothing"
    crew.approve(permit)
    assert see_firm(crew.firm, NOW).permitted == {"first_hot_work": 1}
    crew.start(permit)
    work.close_permit(actor=crew.applicant, permit_id=permit.pk, now=NOW + timedelta(hours=1))
    assert see_firm(crew.firm, NOW + timedelta(hours=2)).permitted == {"first_hot_work": 1}, "it was done today"
    assert see_firm(crew.firm, NOW + timedelta(days=1)).permitted == {}
    assert set(works_at_firm(crew.firm.pk, NOW, NOW + timedelta(hours=3)) or {}) <= set(WORK_COUNTS)


def test_every_permit_has_a_name_in_commitments() -> None:
    names = {_work(kind, grade) for kind in PermitKind for grade in GRADES.get(kind, (SINGLE,))}
    assert names <= set(WORK_COUNTS)


def test_clocks(crew: Crew) -> None:
    permit = crew.apply(bund=True, ends_at=NOW + timedelta(hours=2))
    assert permit.grade == "special"
    crew.sign(permit, SigningRole.APPLICANT)
    follow_permits(now=NOW + timedelta(minutes=61))
    follow_permits(now=NOW + timedelta(minutes=62))
    assert Notice.objects.filter(purpose="permit_sign", urgent=True).count() == 1, "a late signature is told once"
    crew.test(permit)
    for role in (SigningRole.ANALYST, SigningRole.WATCHER, SigningRole.APPROVER):
        crew.tick(permit)
        crew.sign(permit, role)
    crew.start(permit)
    follow_permits(now=NOW + timedelta(minutes=31))
    told = Notice.objects.filter(purpose="permit_silent")
    assert told.count() == 4 and told.filter(person=None).count() == 1, "special hot work is written down every 30 minutes"
    soon = NOW + timedelta(minutes=95)
    follow_permits(now=soon)
    assert Notice.objects.filter(purpose="permit_ends").count() == 4
    assert to_end(crew.people[SigningRole.WATCHER], soon) == [WorkPermit.objects.get()]
    follow_permits(now=NOW + timedelta(hours=2))
    expired = WorkPermit.objects.get()
    assert expired.state == "expired" and warned() == {"expired": 3}
    watcher = crew.people[SigningRole.WATCHER]
    after = NOW + timedelta(hours=2, minutes=1)
    assert to_end(watcher, after) == [expired], "somebody still looks the place over"
    assert work.close_permit(actor=watcher, permit_id=permit.pk, now=after).state == "closed"
    assert to_end(watcher, after) == []


def test_a_round_that_tells_nothing_new_asks_no_more_of_many_permits(crew: Crew) -> None:
    permit = crew.start(crew.approve(crew.apply(bund=True)))

    def asked_at(minute: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            follow_permits(now=NOW + timedelta(minutes=minute))
        return len(asked)

    asked_at(40)
    few = asked_at(41)
    for number in range(20):
        permit.pk, permit.number = new_id(), f"copy-{number}"
        permit.save(force_insert=True)
    asked_at(42)
    assert Notice.objects.filter(purpose="permit_silent").count() == 21 * 4
    assert asked_at(43) == few


def warned() -> dict[str, int]:
    """By what is warned of how many notices: issuer, watcher, control room."""
    return dict(Counter(one.figures["about"] for one in Notice.objects.filter(purpose="permit_warning")))


def test_warnings_go_out_once(crew: Crew) -> None:
    permit = crew.start(crew.approve(crew.apply()))
    watcher = crew.people[SigningRole.WATCHER]
    guardian = KeyPerson.objects.create(object=crew.firm, role="guardian", name="Wang", user=watcher)
    days = {"expires": timezone.localdate(NOW) + timedelta(days=3), "status": "valid"}
    PersonCertificate.objects.create(person=guardian, name="Guardian", **days)
    shift = DutyShift.objects.create(person=guardian, role="guardian", start_at=NOW, end_at=NOW + timedelta(hours=8))
    DutyVerdict.objects.create(shift=shift, state="absent", since=NOW, judged_at=NOW)
    for minutes in (1, 2):
        follow_permits(now=NOW + timedelta(minutes=minutes))
    assert warned() == {"certificate": 3, "watcher_away": 3}
    newer = PersonCertificate.objects.create(person=guardian, name="Guardian", status="valid")
    DutyVerdict.objects.update(state="on_post")
    Notice.objects.all().delete()
    follow_permits(now=NOW + timedelta(minutes=3))
    assert warned() == {} and newer.expires is None
    assert warn_of_watchers_away(away={watcher.pk: NOW}, now=NOW) == 1, "another program may know it"
    work.pause_work(actor=watcher, permit_id=permit.pk, now=NOW + timedelta(minutes=5))
    for minutes in (35, 36, 37):
        follow_permits(now=NOW + timedelta(minutes=minutes))
    assert warned() == {"watcher_away": 3, "long_pause": 4}, "whoever tests the gas hears of a long pause, too"
    page = signed_in(watcher).get("/notices/").content.decode()
    assert "only a new gas test lets it go on" in page


REFUSED = {
    "too long": ({"ends_at": NOW + timedelta(hours=9)}, "at the latest"),
    "one person twice": ({"watcher_id": "approver"}, "different persons"),
    "an outsider": ({"watcher_id": "keeper"}, "people of the firm"),
    "no lower explosive limit": ({"lel_percent": None}, "lower explosive limit"),
    "an unknown toxic": ({"toxics": ("phosgene",)}, "phosgene"),
    "half a place": ({"lat": None}, "longitude and latitude"),
    "wind": ({"open_air": True, "wind": 6}, "Wind of grade 6"),
    "a plate where none is": ({"blind": "B-1"}, "blind plate"),
    "yesterday": ({"begins_at": NOW - timedelta(hours=9), "ends_at": NOW - timedelta(hours=1)}, "lies ahead"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_permit_can_be(crew: Crew, name: str) -> None:
    told, word = REFUSED[name]
    known = {"approver": crew.people[SigningRole.APPROVER].pk, "keeper": crew.keeper.pk}
    given = {key: known.get(value, value) if isinstance(value, str) else value for key, value in told.items()}
    with pytest.raises(InvalidInput, match=word):
        crew.apply(**given)


def test_works_beside_each_other_wait_for_the_approver(crew: Crew) -> None:
    crew.approve(crew.apply())
    beside = crew.apply()
    crew.sign(beside, SigningRole.APPLICANT)
    crew.test(beside)
    crew.sign(beside, SigningRole.ANALYST)
    crew.tick(beside)
    crew.sign(beside, SigningRole.WATCHER)
    with pytest.raises(Conflict, match=r"works beside it to be accepted \(approver\)"):
        crew.sign(beside, SigningRole.APPROVER)
    assert crew.sign(beside, SigningRole.APPROVER, joint=True).joint


def test_pages_and_who_sees_them(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    browser = signed_in(crew.applicant)
    form = browser.get(f"/permits/of/{crew.firm.pk}/")
    assert form.status_code == 200 and "the-watcher" in form.content.decode()
    sent = {
        "kind": "hot_work",
        "work": "Weld",
        "place": "Rack 3",
        "begins_at": "2026-01-01T00:00",
        "ends_at": "2026-01-01T01:00",
        "hazards": "",
        "isolations": "XV-1, XV-2",
        "blinds": "",
        "blind": "",
    }
    assert "lies ahead" in browser.post(f"/permits/of/{crew.firm.pk}/", sent).content.decode()
    permit = crew.apply(isolations=("XV-1",), toxics=("benzene",))
    assert permit.number in browser.get("/permits/").content.decode()
    assert browser.get(f"/permits/{permit.pk}/change/").status_code == 200
    answer = browser.post(f"/permits/{permit.pk}/do/sign/", follow=True).content.decode()
    assert "Signed" in answer and "being signed" in answer
    assert browser.get(f"/api/v1/hazchem/work-permits/{permit.pk}").json()["next_role"] == "analyst"
    analyst = signed_in(crew.people[SigningRole.ANALYST])
    page = analyst.get(f"/permits/{permit.pk}/").content.decode()
    assert "benzene (mg/m³)" in page and "gas test" in page
    told = {"flammable_percent": "0.1", "oxygen_percent": "", "place": "flange", "toxic": ["benzene"], "mg_m3": ["2.9"]}
    assert "The gas test holds" in analyst.post(f"/permits/{permit.pk}/do/test/", told, follow=True).content.decode()
    high = analyst.post(f"/permits/{permit.pk}/do/test/", told | {"mg_m3": ["3.1"]}, follow=True).content.decode()
    assert "benzene: too high (3.1; 3)" in high
    assert permit.number in browser.get(f"/objects/{crew.firm.pk}/").content.decode()
    assert permit.number in browser.get(f"/permits/?which=open&plant_unit={crew.unit.pk}").content.decode()
    assert signed_in(crew.keeper).get(f"/permits/{permit.pk}/").status_code == 200
    other, stranger, _keeper = other_plant()
    assert signed_in(stranger).get(f"/permits/{permit.pk}/").status_code == 404
    assert other.pk != crew.firm.pk


def other_plant() -> tuple[SupervisedObject, User, User]:
    return make_plant("Another plant", "plant-b")
