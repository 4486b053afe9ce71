"""From a confirmed sighting onward: a hidden danger and back, something else that is asked for, hot work without a permit."""

from datetime import timedelta

import pytest

from tests.clocks import stand_at
from tests.hazchem.crews import Crew
from tests.languages import english as english
from tests.pages import words_of
from tests.people import make_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.rules.kinds import PermitKind
from tocsin.hazchem.permits.services.sightings import look_for_permits
from tocsin.notices.face import Notice
from tocsin.supervision.face import FindingGrade, facts_of_number
from tocsin.supervision.inspections.models import Finding
from tocsin.vision.cameras.models import Camera
from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.queries import sightings_to_lead_on
from tocsin.vision.sightings.rules.leading import Asks
from tocsin.vision.sightings.services import leading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def crew(monkeypatch: pytest.MonkeyPatch) -> Crew:
    stand_at(monkeypatch, NOW)
    return Crew()


def seen(crew: Crew, *, kind: str = "smoking", asks: str = "finding", metres: float = 0.0, minutes: float = 0.0) -> Sighting:
    camera = Camera.objects.create(
        code="37021300001320000001",
        name="Bund",
        region_code=crew.firm.region_code,
        object=crew.firm,
        lon=120.4 + metres / 89_900,
        lat=36.2,
        registered_at=NOW,
        registered_by=crew.keeper,
    )
    moments = dict.fromkeys(("began_at", "raised_at", "last_at"), NOW + timedelta(minutes=minutes))
    return Sighting.objects.create(
        camera=camera,
        region_code=camera.region_code,
        kind=kind,
        asks=asks,
        count=3,
        best_score=0.9,
        verdict="confirmed",
        decided_by=crew.keeper,
        decided_at=NOW,
        settled_at=NOW,
        **moments,
    )


def test_one_press_records_the_danger_and_its_closing_comes_back(crew: Crew) -> None:
    sighting = seen(crew)
    inspector = make_person("inspector")
    assert list(sightings_to_lead_on(inspector)) == [sighting]
    browser = signed_in(inspector)
    form = {"grade": "ordinary", "text": "Somebody smokes at the bund", "days": ""}
    page = browser.post(f"/vision/sightings/{sighting.pk}/danger/", form, follow=True)
    finding = Finding.objects.get()
    words = " ".join(words_of(page.content))
    assert finding.number in words
    assert "not closed" in words
    assert (finding.object_id, finding.text) == (crew.firm.pk, "Somebody smokes at the bund")
    assert not sightings_to_lead_on(inspector).exists()
    assert "Bund" in " ".join(words_of(browser.get(f"/inspections/findings/{finding.pk}/").content)), "linked back"
    Finding.objects.update(state="closed", closed_at=NOW)
    facts = facts_of_number(finding.number)
    assert facts is not None and facts.closed
    assert "not closed" not in " ".join(words_of(browser.get(f"/vision/sightings/{sighting.pk}/").content))
    with pytest.raises(Conflict, match=finding.number):
        leading.record_danger(
            actor=inspector, sighting_id=sighting.pk, grade=FindingGrade.ORDINARY, text="again", days=None, now=NOW
        )


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"verdict": "waiting", "settled_at": None}, Conflict),
        ({"settled_at": None}, Conflict),
        ({"verdict": "rejected"}, Conflict),
        ({"outcome": "case", "reference": "37021320261128-001"}, Conflict),
        ({"outcome": "unpermitted", "reference": "–"}, None),
    ],
)
def test_what_does_not_count_leads_nowhere(crew: Crew, changed: dict[str, object], refused: type[Exception] | None) -> None:
    sighting = seen(crew)
    Sighting.objects.update(**changed)
    told = {"actor": make_person("duty_officer"), "sighting_id": sighting.pk, "now": NOW}
    if refused is None:
        assert leading.ask_for(**told, asks=Asks.CASE).asks == "case"
        return
    with pytest.raises(refused):
        leading.ask_for(**told, asks=Asks.CASE)
    with pytest.raises(refused):
        leading.let_rest(**told, reason="seen")


def test_who_may_and_what_is_missing_is_told(crew: Crew) -> None:
    sighting = seen(crew)
    told = {"sighting_id": sighting.pk, "now": NOW}
    with pytest.raises(NotAllowed):
        leading.ask_for(actor=make_person("viewer"), asks=Asks.CASE, **told)
    with pytest.raises(NotAllowed):
        leading.record_danger(actor=make_person("duty_officer"), grade=FindingGrade.ORDINARY, text="x", **told)
    with pytest.raises(InvalidInput, match="Say why"):
        leading.let_rest(actor=make_person("supervisor"), reason=" ", **told)
    Camera.objects.update(object=None)
    with pytest.raises(InvalidInput, match="belongs to no supervised object"):
        leading.record_danger(actor=make_person("inspector"), grade=FindingGrade.ORDINARY, text="x", **told)
    answer = signed_in(make_person("rule_engineer")).post(
        f"/api/v1/vision/sightings/{sighting.pk}/rest", {"reason": "x"}, content_type="application/json"
    )
    assert answer.status_code in (403, 404)


@pytest.mark.parametrize(
    ("permit", "metres", "minutes", "outcome"),
    [
        ("running", 50, 5, "permitted"),
        ("running", 400, 5, "unpermitted"),
        ("running", 50, -30, "unpermitted"),
        ("approved", 50, 5, "unpermitted"),
        ("closed before", 50, 50, "unpermitted"),
        ("closed after", 50, 5, "permitted"),
        ("another kind", 50, 5, "unpermitted"),
        ("none", 50, 5, "unknown"),
    ],
)
def test_hot_work_is_held_against_its_permit(crew: Crew, permit: str, metres: float, minutes: float, outcome: str) -> None:
    if permit != "none":
        made = crew.approve(crew.apply())
        if permit != "approved":
            crew.start(made)
        if permit.startswith("closed"):
            WorkPermit.objects.update(state="closed", state_at=NOW + timedelta(minutes=40))
        if permit == "another kind":
            WorkPermit.objects.update(kind=PermitKind.LIFTING)
    sighting = seen(crew, kind="hot_work", asks="permit", metres=metres, minutes=minutes)
    assert look_for_permits(now=NOW + timedelta(hours=1)) == 1
    assert look_for_permits(now=NOW + timedelta(hours=1)) == 0
    sighting.refresh_from_db()
    assert sighting.outcome == outcome
    assert (sighting.reference != "–") is (outcome == "permitted")
    told = Notice.objects.filter(purpose="work_without_permit")
    assert told.exists() is (outcome == "unpermitted")
    assert sightings_to_lead_on(make_person("inspector")).exists() is (outcome != "permitted")
    if told.exists():
        assert {one.figures["side"] for one in told} >= {"firm"}


def test_the_permit_is_not_stopped_by_hot_work_that_it_allows(crew: Crew) -> None:
    permit = crew.start(crew.approve(crew.apply()))
    seen(crew, kind="hot_work", asks="permit", minutes=1)
    look_for_permits(now=NOW + timedelta(minutes=2))
    permit.refresh_from_db()
    assert permit.state == "running"
