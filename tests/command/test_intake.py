"""Taking an event in: questions that lead to level and plan, the case that it may be already, the page and the API."""

from datetime import timedelta
from typing import Any

import pytest

from tests.clocks import SetClock
from tests.command.street import START, Timeline, case_of, lon
from tests.command.test_gathering import GAS
from tests.people import LICANG, SHINAN, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case, Clock
from tocsin.command.guidance.queries import situation_of
from tocsin.command.intake.policy import intake
from tocsin.command.intake.queries import Spot, known_places, similar_cases
from tocsin.command.intake.rules import Answer, Proposal, nearness, propose
from tocsin.command.intake.services import Report, take_in
from tocsin.command.plans.queries.plans import plans_in
from tocsin.command.shifts.models import LogEntry
from tocsin.command.shifts.services import begin_shift
from tocsin.jurisdiction.people.models import User

pytestmark = pytest.mark.django_db
YES, NO = Answer.YES, Answer.NO

PROPOSALS: dict[str, tuple[str, dict[str, Answer], Proposal]] = {
    "nothing asked": ("gas", {}, Proposal("gas", AlarmLevel.ORANGE, "")),
    "gas in a well": ("gas", {"inside": YES}, Proposal("gas", AlarmLevel.RED, "manhole")),
    "gas that burns": ("gas", {"inside": NO, "flames": YES}, Proposal("explosion", AlarmLevel.RED, "")),
    "burning chemicals": ("fire", {"chemicals": YES}, Proposal("chemical", AlarmLevel.RED, "")),
    "a no changes nothing": ("traffic", {"tanker": NO}, Proposal("traffic", AlarmLevel.YELLOW, "")),
    "a question of another kind is none": ("flood", {"tanker": YES}, Proposal("flood", AlarmLevel.ORANGE, "")),
}


@pytest.mark.parametrize(("kind", "answers", "proposal"), PROPOSALS.values(), ids=PROPOSALS)
def test_what_the_answers_make_of_it(kind: str, answers: dict[str, Answer], proposal: Proposal) -> None:
    assert propose(intake().kinds[kind], answers) == proposal


# metres, places, kinds -> the same?
NEAR: dict[str, tuple[float | None, tuple[str, str], tuple[str, str], bool]] = {
    "near": (120.0, ("", "Shiniushan Road W2"), ("gas", "gas"), True),
    "far, though the words agree": (900.0, ("石牛山路 12 号", "石牛山路 检查井"), ("gas", "gas"), False),
    "no spot, the same street": (None, ("石牛山路 12 号", "石牛山路 检查井"), ("gas", "heating"), True),
    "no spot, another street": (None, ("京口路 3 号", "石牛山路 检查井"), ("gas", "gas"), False),
}


@pytest.mark.parametrize(("metres", "places", "kinds", "same"), NEAR.values(), ids=NEAR)
def test_when_it_may_be_the_same(metres: float | None, places: tuple[str, str], kinds: tuple[str, str], same: bool) -> None:
    found = nearness(metres=metres, places=places, kinds=kinds, within_m=300.0, least_shared=3)
    assert (found is not None) is same


@pytest.mark.parametrize(
    "kind", ["fire", "chemical", "flood", "traffic", "crowd", "building", "gas", "water", "drainage", "road"]
)
def test_a_plan_fits_every_kind_that_has_one(kind: str, street: None, clock: SetClock, officer: User) -> None:
    case = take_in(actor=officer, region_code=LICANG, report=Report(kind=kind, place="Shiniushan Road"))
    assert plans_in(situation_of(case), at=START)


def test_a_call_becomes_a_case_whose_clocks_count_from_the_call(street: None, clock: SetClock, officer: User) -> None:
    desk = usual_bodies(LICANG)["monitoring_centre"]
    begin_shift(actor=officer, desk_id=desk.pk)
    report = Report(
        kind="gas",
        place="12 Shiniushan Road",
        caller="Ms Liu",
        telephone="0532-1",
        occurred_at=START - timedelta(hours=2),
        answers={"inside": YES},
    )
    case = take_in(actor=officer, region_code=LICANG, report=report)
    assert (case.level, case.place_kind, case.begun_at, case.occurred_at) == (4, "manhole", START, START - timedelta(hours=2))
    assert min(Clock.objects.filter(case=case).values_list("due_at", flat=True)) > START
    assert case.changes.get(act="opened_by_hand").figures["asked"] == {"inside": "yes"}
    assert LogEntry.objects.get(case_id=case.pk).figures["said_by"] == "Ms Liu"
    with pytest.raises(InvalidInput, match="kinds"):
        take_in(actor=officer, region_code=LICANG, report=Report(kind="ufo", place="here"))
    with pytest.raises(NotAllowed):
        take_in(actor=make_person("duty_officer", SHINAN), region_code=LICANG, report=report)


def test_the_page_lists_what_it_may_be_and_joins_it(street: None, time: Timeline, clock: SetClock, officer: User) -> None:
    case = case_of_an_alarm(time)
    client, near = signed_in(officer), {"region_code": LICANG, "kind": "gas", "lon": lon(2) + 0.0005, "lat": 36.2}
    assert [one.case.number for one in similar_cases(officer, Spot(**near), now=START)] == [case.number]
    page = " ".join(client.get("/cases/new/").content.decode().split())
    assert "What kind of event" in page and "Is it in a well" in page
    part = client.get("/cases/new/similar/", near).content.decode()
    assert f"/cases/new/same/{case.pk}/" in part and 'accesskey="s"' in part
    said: dict[str, Any] = {"kind": "gas", "place": "Shiniushan Road", "caller": "Mr Sun", "text": "it smells", "telephone": "1"}
    assert client.post(f"/cases/new/same/{case.pk}/", said).headers["Location"] == f"/cases/{case.number}/"
    assert (Case.objects.count(), case.changes.get(act="telephone_statement").text) == (1, "it smells")
    made = client.post("/cases/new/taken/", {**said, "region_code": LICANG, "asked_gas_flames": "yes", "level": ""})
    assert Case.objects.get(number=made.headers["Location"].split("/")[2]).kind == "explosion"
    assert client.get("/cases/new/similar/", {**near, "region_code": SHINAN}).status_code == 403


def case_of_an_alarm(time: Timeline) -> Case:
    alarm = time.at(0).rings(2, GAS)
    time.looks()
    return case_of(alarm)


def test_known_places_and_programs(street: None, clock: SetClock, officer: User) -> None:
    assert {one.code for one in known_places(LICANG, "W3")} == {"W3"}
    client = signed_in(officer)
    kinds = client.get("/api/v1/command/intake/kinds").json()
    assert len(kinds) > 15 and kinds[0]["questions"]
    given = {"region_code": LICANG, "kind": "flood", "place": "underpass", "answers": {"people_cut_off": "yes"}, "caller": "119"}
    made = client.post("/api/v1/command/intake", given, content_type="application/json").json()
    assert (made["level"], made["caller"]) == (4, "119")
    assert client.get("/api/v1/command/intake/similar", {"region_code": LICANG, "kind": "flood", "place": "the underpass"}).json()
