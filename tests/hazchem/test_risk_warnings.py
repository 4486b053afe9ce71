"""Risk warnings: pushed by level, climbing by silence, answered by the firm, checked; nobody is told twice of a level."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.hazchem.plants import make_level, make_plant, make_tank, watch_level
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW, make_body
from tests.warning.district import detection
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.hazchem.installations.models import PlantPoint
from tocsin.hazchem.risk_warnings.models import RiskTelling, RiskWarning
from tocsin.hazchem.risk_warnings.policy import RISK_WARNINGS
from tocsin.hazchem.risk_warnings.queries import to_answer, to_check
from tocsin.hazchem.risk_warnings.rules import (
    UNANSWERED,
    Clocks,
    Facts,
    RiskAct,
    RiskMeasure,
    RiskReason,
    RiskRefusal,
    RiskState,
    RiskTier,
    Told,
    after,
    escalations,
    first_tiers,
)
from tocsin.hazchem.risk_warnings.services import keeping
from tocsin.hazchem.risk_warnings.services.answering import (
    answer_warning,
    close_warning,
    confirm_warning,
    return_answer,
    take_note,
)
from tocsin.hazchem.risk_warnings.services.pushing import push_warnings
from tocsin.hazchem.risk_warnings.shown.notices import texts
from tocsin.jurisdiction.bodies.models import Duty, Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.sensing.devices.models import Sensor
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.services.detections import apply_detections

PU, CO, AN, CL = RiskState.PUSHED, RiskState.CONFIRMED, RiskState.ANSWERED, RiskState.CLOSED

# act: state afterwards, or the refusal, from pushed, confirmed, answered, closed
LIFE: dict[RiskAct, tuple[RiskState | RiskRefusal, ...]] = {
    RiskAct.RISE: (PU, PU, PU, RiskRefusal.CLOSED),
    RiskAct.CONFIRM: (CO, RiskRefusal.CONFIRMED, RiskRefusal.ANSWERED, RiskRefusal.CLOSED),
    RiskAct.ANSWER: (AN, AN, RiskRefusal.ANSWERED, RiskRefusal.CLOSED),
    RiskAct.RETURN: (RiskRefusal.NOT_ANSWERED, RiskRefusal.NOT_ANSWERED, CO, RiskRefusal.CLOSED),
    RiskAct.CLOSE: (RiskRefusal.NOT_ANSWERED, RiskRefusal.NOT_ANSWERED, CL, RiskRefusal.CLOSED),
}


@pytest.mark.parametrize("act", RiskAct)
def test_every_state_meets_every_act(act: RiskAct) -> None:
    assert tuple(after(state, act) for state in (PU, CO, AN, CL)) == LIFE[act]


CLOCKS = Clocks((RiskTier.FIRM, RiskTier.PARK), 30, 120, 240, 60)
ALL = tuple(RiskTier)


def facts(state: RiskState = PU, *, told: dict[RiskTier, Told], answered: int | None = None, **more: Any) -> Facts:
    values: dict[str, Any] = {"pushed_at": NOW, "asked_at": NOW, "present": set(ALL), "fired": ()}
    at = None if answered is None else NOW + timedelta(minutes=answered)
    return Facts(state=state, answered_at=at, told=told, **(values | more))


FIRM = {RiskTier.FIRM: Told(NOW, taken=False)}
BOTH = {**FIRM, RiskTier.PARK: Told(NOW, taken=False)}
TAKEN = {**FIRM, RiskTier.PARK: Told(NOW, taken=True)}

# name, facts, who is told by which silence after how many minutes
SILENCES: list[tuple[str, Facts, list[tuple[RiskTier, str, int]]]] = [
    ("the firm stays silent", facts(told=FIRM), [(RiskTier.PARK, "confirm", 30), (RiskTier.COUNTY, "answer", 120)]),
    (
        "the park as well",
        facts(told=BOTH),
        [(RiskTier.COUNTY, "confirm", 30), (RiskTier.CITY, "take-park", 60), (RiskTier.PROVINCE, "answer", 120)],
    ),
    ("the park took note", facts(told=TAKEN), [(RiskTier.COUNTY, "confirm", 30), (RiskTier.CITY, "answer", 120)]),
    ("the firm confirmed", facts(CO, told=TAKEN), [(RiskTier.COUNTY, "answer", 120)]),
    ("nobody checks the answer", facts(AN, told=BOTH, answered=20), [(RiskTier.COUNTY, "check", 260)]),
    ("closed", facts(CL, told=BOTH, answered=20), []),
    ("each silence once", facts(told=BOTH, fired=["confirm", "take-park"]), [(RiskTier.COUNTY, "answer", 120)]),
    ("nobody is left", facts(told=BOTH, present={RiskTier.FIRM, RiskTier.PARK}), []),
    (
        "a tier without a body is passed over",
        facts(told=FIRM, present={RiskTier.FIRM, RiskTier.CITY}),
        [(RiskTier.CITY, "confirm", 30)],
    ),
]


@pytest.mark.parametrize(("seen", "expected"), [row[1:] for row in SILENCES], ids=[row[0] for row in SILENCES])
def test_who_is_told_by_silence(seen: Facts, expected: list[tuple[RiskTier, str, int]]) -> None:
    found = escalations(seen, CLOCKS)
    assert [(one.tier, one.trigger, round((one.at - NOW).total_seconds() / 60)) for one in found] == expected


def test_who_is_told_at_once() -> None:
    assert first_tiers(CLOCKS, ALL) == (RiskTier.FIRM, RiskTier.PARK)
    assert first_tiers(CLOCKS, {RiskTier.CITY, RiskTier.COUNTY}) == (RiskTier.COUNTY,)
    assert first_tiers(CLOCKS, ()) == ()


@given(
    st.sets(st.sampled_from(ALL), min_size=1),
    st.lists(st.tuples(st.sampled_from(["wait", *RiskAct]), st.integers(1, 200)), max_size=12),
)
def test_no_tier_is_told_twice_of_a_level_and_silence_reaches_everybody(
    present: set[RiskTier], story: list[tuple[Any, int]]
) -> None:
    """A warning played by minutes: nobody is told twice at a level, nobody after it is closed, and if from here on nobody does
    anything, every tier above the firm is told in the end, or as many as there are silences.
    """
    now, state, pushed, asked, answered = NOW, PU, NOW, NOW, None
    told = {tier: Told(NOW, taken=False) for tier in first_tiers(CLOCKS, present)}
    fired: list[str] = []
    for act, minutes in [*story, ("wait", 10_000)]:
        now += timedelta(minutes=minutes)
        if act != "wait":
            found = after(state, act)
            if isinstance(found, RiskRefusal):
                continue
            state = found
            if act is RiskAct.RISE:
                pushed = asked = now
                told, fired = {tier: Told(now, taken=False) for tier in first_tiers(CLOCKS, present)}, []
            answered = now if act is RiskAct.ANSWER else None if act in (RiskAct.RETURN, RiskAct.RISE) else answered
            asked = now if act is RiskAct.RETURN else asked
        while True:
            seen = Facts(state, pushed, asked, answered, present, told, fired)
            due = [one for one in escalations(seen, CLOCKS) if one.at <= now]
            if not due:
                break
            for one in due:
                assert one.tier not in told
                assert state is not CL
                told[one.tier] = Told(one.at, taken=False)
                fired.append(one.trigger)
    if state in UNANSWERED:
        assert set(told) >= present - {RiskTier.FIRM}


# --- with rows ---


def make_tiers() -> tuple[User, User, User, PlantPoint]:
    """A firm whose body has a park above it, a county that supervises it, a city; its officer, the county's leader and the park's
    person.
    """
    firm, officer, keeper = make_plant()
    _unit, tank = make_tank(officer, firm)
    make_level()
    watch_level(keeper, tank, high=8.5)
    park, city = make_body("park"), make_body("city-bureau")
    assert firm.organisation is not None
    Organisation.objects.filter(pk=firm.organisation.pk).update(superior=park)
    Duty.objects.create(organisation=city, kind="department", trade="chemicals", area_code="370200")
    leader = make_named_person("leader", "supervisor", firm.competent)
    warden = make_named_person("warden", "supervisor", park)
    return officer, leader, warden, PlantPoint.objects.get()


_TICKS = count()


def ring(point: PlantPoint, level: AlarmLevel = AlarmLevel.YELLOW, edge: str = "raise", **more: Any) -> None:
    assert point.sensor is not None
    ts = ms_from_datetime(NOW) + next(_TICKS)
    apply_detections(detections=[detection(edge, level, sensor=point.sensor.index, ts=ts, **more)], now=NOW)


def tiers(warning: RiskWarning | None = None) -> list[tuple[str, int, str]]:
    rows = RiskTelling.objects.order_by("told_at", "id") if warning is None else warning.tellings.all()
    order = {tier.value: number for number, tier in enumerate(RiskTier)}
    return sorted(((one.tier, one.level, one.trigger) for one in rows), key=lambda one: (one[1], order[one[0]]))


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.mark.django_db
def test_an_alarm_is_pushed_once_climbs_by_silence_and_rises_with_its_level() -> None:
    _officer, _leader, _warden, point = make_tiers()
    ring(point)
    push_warnings(now=NOW)
    assert push_warnings(now=NOW) == 0
    warning = RiskWarning.objects.get()
    assert (warning.level, warning.state, warning.next_at) == (2, PU, later(120))
    assert tiers() == [("firm", 2, "at_once"), ("park", 2, "at_once")]
    push_warnings(now=later(120))
    assert tiers()[-1] == ("county", 2, "confirm")
    push_warnings(now=later(240))
    push_warnings(now=later(241))
    assert tiers()[-1] == ("city", 2, "take-park")
    ring(point, AlarmLevel.RED, "escalate", value=99.0)
    push_warnings(now=later(300))
    warning.refresh_from_db()
    assert (warning.level, warning.fired) == (4, [])
    assert [one for one in tiers() if one[1] == 4] == [(tier, 4, "at_once") for tier in ("firm", "park", "county", "city")]
    assert Notice.objects.filter(purpose="risk_warning").count() == 8
    push_warnings(now=later(5000))
    assert len(tiers()) == 8  # nobody is left who was not told of this level


@pytest.mark.django_db
def test_the_firm_answers_everybody_hears_it_and_the_county_closes() -> None:
    officer, leader, warden, point = make_tiers()
    ring(point, AlarmLevel.ORANGE)
    push_warnings(now=NOW)
    warning = RiskWarning.objects.get()
    given: dict[str, Any] = {"warning_id": warning.pk, "now": later(10)}
    told: dict[str, Any] = {"reason": RiskReason.PROCESS_UPSET, "measure": RiskMeasure.ADJUSTED}
    assert [one.pk for one in to_answer(officer, NOW)] == [warning.pk]
    with pytest.raises(NotAllowed):
        confirm_warning(actor=leader, **given)
    with pytest.raises(InvalidInput):
        answer_warning(actor=officer, text=" ", **told, **given)
    take_note(actor=warden, **given)
    confirm_warning(actor=officer, **given)
    with pytest.raises(Conflict, match="already"):
        confirm_warning(actor=officer, **given)
    with pytest.raises(Conflict, match="not answered"):
        close_warning(actor=leader, **given)
    answer_warning(actor=officer, text="inflow throttled", **told, **given)
    assert [one.pk for one in to_check(leader, NOW)] == [warning.pk]
    heard = Notice.objects.filter(purpose="risk_warning_answer")
    assert sorted(one.figures["act"] for one in heard) == ["answered", "answered"]  # park and county
    with pytest.raises(Conflict, match="still hold"):
        close_warning(actor=leader, **given)
    return_answer(actor=leader, text="why did the level rise?", **given)
    warning.refresh_from_db()
    assert (warning.state, warning.asked_at) == (CO, later(10))
    answer_warning(actor=officer, text="valve stuck", **told, **given)
    ring(point, edge="clear")
    close_warning(actor=leader, **given)
    warning.refresh_from_db()
    assert (warning.state, warning.next_at) == (CL, None)
    push_warnings(now=later(9999))
    assert len(tiers()) == 3
    ring(point, AlarmLevel.ORANGE)
    push_warnings(now=later(20))
    assert RiskWarning.objects.count() == 2  # the same alarm again, after it was closed, is a matter of its own
    assert keeping.KEPT.count is not None and keeping.KEPT.forget is not None and keeping.KEPT.numbers is not None
    closed = warning.closed_at
    assert closed is not None and (keeping.KEPT.count(closed), keeping.KEPT.forget(closed)) == (0, 0)
    assert next(iter(keeping.KEPT.numbers(later(9999)))).startswith(warning.object.name)
    assert (keeping.KEPT.forget(later(9999)), keeping.KEPT.forget(later(9999))) == (1, 0)
    assert not RiskWarning.objects.filter(closed_at__isnull=False).exists()


@pytest.mark.django_db
def test_who_read_its_notice_has_taken_note() -> None:
    _officer, _leader, _warden, point = make_tiers()
    ring(point)
    push_warnings(now=NOW)
    Notice.objects.filter(key__endswith="-park").update(read_at=later(5))
    push_warnings(now=later(120))
    push_warnings(now=later(250))
    assert [one[2] for one in tiers()] == ["at_once", "at_once", "confirm"]


@pytest.mark.django_db
def test_alarms_of_a_unit_join_one_warning_and_those_elsewhere_make_none() -> None:
    _officer, _leader, _warden, point = make_tiers()
    make_level("tank-1", "second")
    second = PlantPoint.objects.create(equipment=point.equipment, tag="LT-102", kind="level", sensor_id=_sensor("second"))
    make_level("elsewhere")
    ring(point)
    push_warnings(now=NOW)
    ring(second, AlarmLevel.BLUE)
    apply_detections(detections=[detection(sensor=3, ts=ms_from_datetime(NOW))], now=NOW)
    push_warnings(now=later(1))
    warning = RiskWarning.objects.get()
    assert (warning.alarms.count(), warning.level) == (2, 2)
    assert Alarm.objects.count() == 3
    assert len(tiers()) == 2


def _sensor(channel: str) -> Any:
    return Sensor.objects.get(channel=channel).pk


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_notices_and_programs_show_it(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    officer, leader, _warden, point = make_tiers()
    stand_at(monkeypatch, later(1))
    ring(point)
    push_warnings(now=NOW)
    warning = RiskWarning.objects.get()
    at = f"/api/v1/hazchem/risk-warnings/{warning.pk}"
    client = signed_in(officer)
    assert client.post(f"/plants/warnings/{warning.pk}/do/confirm/").status_code == 302
    sent = {"reason": "leak", "measure": "isolated", "text": "flange tightened"}
    assert client.post(f"/plants/warnings/{warning.pk}/do/answer/", sent).status_code == 302
    page = client.get(f"/plants/warnings/{warning.pk}/").content.decode()
    assert "flange tightened" in page
    assert client.get("/plants/warnings/?which=all&format=csv").status_code == 200
    told = signed_in(leader).get(at).json()
    assert (told["warning"]["state"], told["answers"][0]["reason"], told["ahead"][0]["trigger"]) == ("answered", "leak", "check")
    assert signed_in(leader).get("/api/v1/hazchem/risk-warnings?which=to_check").json()["total"] == 1
    with override(language):
        words = texts(list(Notice.objects.filter(purpose__startswith="risk_warning")))
    assert all(words.values())
    stranger = make_named_person("stranger", "firm_officer", make_body("stranger"))
    assert signed_in(stranger).get(at).status_code == 404


def test_the_shipped_policy_is_ordered() -> None:
    policy = RISK_WARNINGS.shipped
    for level in (1, 2, 3):
        mild, grave = policy.clocks(level), policy.clocks(level + 1)
        assert set(mild.at_once) <= set(grave.at_once)
        assert mild.confirm_min >= grave.confirm_min
        assert mild.answer_min >= grave.answer_min
        assert mild.check_min >= grave.check_min
