"""Rules of work permits as tables: grades, ends, gas tests, signatures, works beside each other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.languages import english as english
from tocsin.base.errors import InvalidInput
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.rules.conflicts import (
    ConflictKind,
    Distances,
    LoadingPlace,
    SiteWork,
    conflicts_of,
)
from tocsin.hazchem.permits.rules.gas import Freshness, GasAsked, GasFault, GasFigures, GasLimits, faults_of, freshness_of
from tocsin.hazchem.permits.rules.grading import Raise, WorkFacts, grade_of, latest_end, touches_night
from tocsin.hazchem.permits.rules.kinds import BlindAction, Emission, GradeRow, PermitKind, SigningRole, check_rows, grades_of
from tocsin.hazchem.permits.rules.signing import (
    Lack,
    Missing,
    Standing,
    missing_for,
    next_role,
    one_person_twice,
    roles_of,
)

pytestmark = pytest.mark.usefixtures("english")

HOT, SPACE, HEIGHT, LIFT = PermitKind.HOT_WORK, PermitKind.CONFINED_SPACE, PermitKind.WORK_AT_HEIGHT, PermitKind.LIFTING
NOW = datetime(2026, 5, 6, 8, 0, tzinfo=UTC)

GRADED = {
    "hot work outside": (WorkFacts(kind=HOT), "second", "second"),
    "hot work on a rack": (WorkFacts(kind=HOT, pipe_rack=True), "first", "first"),
    "hot work in the area": (WorkFacts(kind=HOT, explosive_area=True), "first", "first"),
    "hot work on what runs": (WorkFacts(kind=HOT, explosive_area=True, live=True), "special", "special"),
    "live, but outside the area": (WorkFacts(kind=HOT, live=True), "second", "second"),
    "in the bund": (WorkFacts(kind=HOT, bund=True), "special", "special"),
    "holiday": (WorkFacts(kind=HOT, off_day=True), "first", "second"),
    "holiday and night raise once": (WorkFacts(kind=HOT, off_day=True, night=True), "first", "second"),
    "night and wind raise twice": (WorkFacts(kind=HOT, night=True, open_air=True, wind=5, necessary=True), "special", "second"),
    "nothing is above special": (WorkFacts(kind=HOT, bund=True, night=True), "special", "special"),
    "wind under a roof": (WorkFacts(kind=HOT, wind=8), "second", "second"),
    "2 m": (WorkFacts(kind=HEIGHT, height_m=2.0), "I", "I"),
    "5 m": (WorkFacts(kind=HEIGHT, height_m=5.0), "I", "I"),
    "above 5 m": (WorkFacts(kind=HEIGHT, height_m=5.1), "II", "II"),
    "15 m": (WorkFacts(kind=HEIGHT, height_m=15.0), "II", "II"),
    "30 m with a fall factor": (WorkFacts(kind=HEIGHT, height_m=30.0, fall_factor=True), "IV", "III"),
    "above 30 m": (WorkFacts(kind=HEIGHT, height_m=30.1), "IV", "IV"),
    "39 t": (WorkFacts(kind=LIFT, load_t=39.9), "third", "third"),
    "40 t": (WorkFacts(kind=LIFT, load_t=40.0), "second", "second"),
    "100 t": (WorkFacts(kind=LIFT, load_t=100.0), "second", "second"),
    "above 100 t": (WorkFacts(kind=LIFT, load_t=100.1), "first", "first"),
    "a space at night": (WorkFacts(kind=SPACE, night=True), "single", "single"),
}


@pytest.mark.parametrize("name", GRADED)
def test_grades(name: str) -> None:
    facts, grade, base = GRADED[name]
    graded = grade_of(facts, raised_when_off=facts.kind is HOT)
    assert (graded.grade, graded.base) == (grade, base)


def test_what_raised_it_is_told() -> None:
    facts = WorkFacts(kind=HOT, off_day=True, night=True, open_air=True, wind=6, necessary=True)
    assert grade_of(facts, raised_when_off=True).raised_by == (Raise.OFF_DAY, Raise.NIGHT, Raise.WIND)


REFUSED = {
    "wind without need": (WorkFacts(kind=HOT, open_air=True, wind=5), "Wind"),
    "below 2 m": (WorkFacts(kind=HEIGHT, height_m=1.99), "height"),
    "no height": (WorkFacts(kind=HEIGHT), "height"),
    "no load": (WorkFacts(kind=LIFT), "load"),
    "a load of nothing": (WorkFacts(kind=LIFT, load_t=float("nan")), "load"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_graded(name: str) -> None:
    facts, word = REFUSED[name]
    with pytest.raises(InvalidInput, match=word):
        grade_of(facts, raised_when_off=True)


@given(some.builds(WorkFacts, kind=some.sampled_from([HOT, SPACE]), wind=some.none() | some.integers(0, 4)))
def test_nothing_lowers_a_grade(facts: WorkFacts) -> None:
    order = grades_of(facts.kind)
    graded = grade_of(facts, raised_when_off=True)
    assert order.index(graded.grade) <= order.index(graded.base)
    worse = grade_of(replace(facts, night=True, off_day=True), raised_when_off=True)
    assert order.index(worse.grade) <= order.index(graded.grade)


@given(some.integers(0, 47), some.integers(1, 60), some.integers(12, 23), some.integers(0, 11))
def test_night_as_an_hour_by_hour_twin_says(begin: int, hours: int, night_from: int, until: int) -> None:
    begins = datetime(2026, 5, 1) + timedelta(hours=begin)  # noqa: DTZ001 - local hours
    inside = [(begins + timedelta(hours=one)).hour for one in range(hours)]
    twin = any(one >= night_from or one < until for one in inside)
    assert touches_night(begins, begins + timedelta(hours=hours), night_from, until) == twin


def test_the_shortest_end_holds() -> None:
    assert latest_end(NOW, 72.0, 24.0) == NOW + timedelta(hours=24)
    assert latest_end(NOW, None, None) is None
    serves = NOW + timedelta(hours=3)
    assert latest_end(NOW, 360.0, 24.0, serves_until=serves) == serves, "power ends with the hot work it serves"


HOURS = {
    (HOT, "special"): 8,
    (HOT, "first"): 8,
    (HOT, "second"): 72,
    (SPACE, "single"): 24,
    (HEIGHT, "IV"): 168,
    (PermitKind.TEMPORARY_POWER, "single"): 360,
    (PermitKind.BLIND_PLATE, "single"): None,
}


def test_hours_of_the_standard_and_every_grade_has_its_row() -> None:
    policy = permit_policy()
    assert {key: policy.row(*key).most_h for key in HOURS} == HOURS
    check_rows(policy.grade)
    with pytest.raises(InvalidInput, match="no row"):
        check_rows(policy.grade[1:])
    with pytest.raises(InvalidInput, match="once"):
        check_rows((*policy.grade, policy.grade[0]))


LIMITS = GasLimits(rich_from=4.0, rich=0.5, lean=0.2, oxygen_least=19.5, oxygen_most=21.0, oxygen_most_enriched=23.5)
SULFIDE = "hydrogen_sulfide"
TESTED = {
    "methane at the limit": (GasAsked(lel_percent=5.0), GasFigures(flammable_percent=0.5), []),
    "methane above": (GasAsked(lel_percent=5.0), GasFigures(flammable_percent=0.51), [(GasFault.HIGH, "flammable")]),
    "just 4 %": (GasAsked(lel_percent=4.0), GasFigures(flammable_percent=0.5), []),
    "benzene vapour at 0.2": (GasAsked(lel_percent=1.2), GasFigures(flammable_percent=0.2), []),
    "benzene vapour above": (GasAsked(lel_percent=1.2), GasFigures(flammable_percent=0.21), [(GasFault.HIGH, "flammable")]),
    "not measured": (GasAsked(lel_percent=5.0), GasFigures(), [(GasFault.MISSING, "flammable")]),
    "air": (GasAsked(oxygen=True), GasFigures(oxygen_percent=20.9), []),
    "19.5": (GasAsked(oxygen=True), GasFigures(oxygen_percent=19.5), []),
    "thin air": (GasAsked(oxygen=True), GasFigures(oxygen_percent=19.4), [(GasFault.LOW, "oxygen")]),
    "21.1": (GasAsked(oxygen=True), GasFigures(oxygen_percent=21.1), [(GasFault.HIGH, "oxygen")]),
    "enriched 23.5": (GasAsked(oxygen=True, enriched=True), GasFigures(oxygen_percent=23.5), []),
    "enriched 23.6": (GasAsked(oxygen=True, enriched=True), GasFigures(oxygen_percent=23.6), [(GasFault.HIGH, "oxygen")]),
    "sulfide below": (GasAsked(toxics=(SULFIDE,)), GasFigures(toxics={SULFIDE: 9.9}), []),
    "sulfide at its limit": (GasAsked(toxics=(SULFIDE,)), GasFigures(toxics={SULFIDE: 10.0}), [(GasFault.HIGH, SULFIDE)]),
    "sulfide not measured": (GasAsked(toxics=(SULFIDE,)), GasFigures(toxics={"benzene": 0.0}), [(GasFault.MISSING, SULFIDE)]),
}


@pytest.mark.parametrize("name", TESTED)
def test_gas(name: str) -> None:
    asked, figures, faults = TESTED[name]
    found = faults_of(asked, figures, LIMITS, permit_policy().toxic_limits)
    assert [(one.code, one.what) for one in found] == faults
    assert permit_policy().gas == LIMITS, "the table is of the shipped limits"


def test_a_toxic_without_a_limit_is_refused() -> None:
    with pytest.raises(InvalidInput, match="phosgene"):
        faults_of(GasAsked(toxics=("phosgene",)), GasFigures(), LIMITS, {})


def minutes(count: float) -> datetime:
    return NOW - timedelta(minutes=count)


FRESH = {  # kind, grade: tested, paused, stopped minutes ago
    "30 minutes old at the start": ((HOT, "special"), 30, None, None, Freshness.GOOD),
    "31 minutes old": ((HOT, "special"), 31, None, None, Freshness.OLD),
    "none": ((HOT, "first"), None, None, None, Freshness.NONE),
    "no test is asked at height": ((HEIGHT, "I"), None, None, None, Freshness.NOT_ASKED),
    "special paused 30": ((HOT, "special"), 200, 30, None, Freshness.GOOD),
    "special paused 31": ((HOT, "special"), 200, 31, None, Freshness.BEFORE_PAUSE),
    "second paused 60": ((HOT, "second"), 200, 60, None, Freshness.GOOD),
    "second paused 61": ((HOT, "second"), 200, 61, None, Freshness.BEFORE_PAUSE),
    "space paused 61": ((SPACE, "single"), 200, 61, None, Freshness.BEFORE_PAUSE),
    "paused long, tested since": ((HOT, "first"), 5, 50, None, Freshness.GOOD),
    "paused long, tested since, but long ago": ((HOT, "first"), 40, 50, None, Freshness.OLD),
    "stopped a minute after the test": ((HOT, "first"), 5, None, 4, Freshness.BEFORE_PAUSE),
    "stopped, tested since": ((HOT, "first"), 3, None, 4, Freshness.GOOD),
}


@pytest.mark.parametrize("name", FRESH)
def test_when_a_test_is_made_anew(name: str) -> None:
    key, tested, paused, stopped, verdict = FRESH[name]
    tested_at, paused_at, stopped_at = (None if one is None else minutes(one) for one in (tested, paused, stopped))
    row = permit_policy().row(*key)
    found = freshness_of(row, tested_at=tested_at, good=True, paused_at=paused_at, stopped_at=stopped_at, now=NOW)
    assert found is verdict
    if verdict is Freshness.GOOD:
        bad = freshness_of(row, tested_at=tested_at, good=False, paused_at=paused_at, stopped_at=stopped_at, now=NOW)
        assert bad is Freshness.FAILED


SPECIAL = permit_policy().row(HOT, "special")
CLIMB = permit_policy().row(HEIGHT, "I")
PEOPLE = {role: UUID(int=place) for place, role in enumerate(SigningRole, 1)}


def test_signatures_have_an_order() -> None:
    assert roles_of(SPECIAL) == tuple(SigningRole)
    assert SigningRole.ANALYST not in roles_of(CLIMB)
    signed: list[SigningRole] = []
    while (role := next_role(SPECIAL, signed)) is not None:
        signed.append(role)
    assert signed == list(SigningRole)


@pytest.mark.parametrize(("first", "second"), [pair for pair in product(SigningRole, repeat=2) if pair[0] is not pair[1]])
def test_nobody_signs_twice(first: SigningRole, second: SigningRole) -> None:
    people: dict[SigningRole, UUID | None] = {**PEOPLE, second: PEOPLE[first]}
    assert set(one_person_twice(SPECIAL, people) or ()) == {first, second}
    analyst = SigningRole.ANALYST in (first, second)
    assert (one_person_twice(CLIMB, people) is None) == analyst, "who is not asked clashes with nobody"


READY = Standing(
    analysed=True, people=PEOPLE, test=Freshness.GOOD, undone=0, forbidding=0, joining=0, joint=False, signed=tuple(SigningRole)
)
LACKING = {
    "nothing": (READY, None, []),
    "no analysis": (replace(READY, analysed=False), SigningRole.APPLICANT, [(Lack.ANALYSIS, SigningRole.APPLICANT)]),
    "old test": (replace(READY, test=Freshness.OLD), None, [(Lack.TEST_OLD, SigningRole.ANALYST)]),
    "a test is not the applicant's matter": (replace(READY, test=Freshness.NONE), SigningRole.APPLICANT, []),
    "measures": (replace(READY, undone=2), SigningRole.WATCHER, [(Lack.MEASURES, SigningRole.WATCHER)]),
    "measures after the analyst": (replace(READY, undone=2), SigningRole.ANALYST, []),
    "conflict": (replace(READY, forbidding=1), SigningRole.APPROVER, [(Lack.CONFLICT, SigningRole.APPLICANT)]),
    "beside another": (replace(READY, joining=1), SigningRole.APPROVER, [(Lack.JOINT, SigningRole.APPROVER)]),
    "accepted": (replace(READY, joining=1, joint=True), SigningRole.APPROVER, []),
    "watcher has not signed": (
        replace(READY, signed=(SigningRole.APPLICANT, SigningRole.ANALYST)),
        SigningRole.APPROVER,
        [(Lack.SIGNATURE, SigningRole.WATCHER)],
    ),
    "nobody named": (replace(READY, people={}), SigningRole.APPLICANT, [(Lack.PERSON, SigningRole.APPLICANT)]),
}


@pytest.mark.parametrize("name", LACKING)
def test_what_lacks_and_who_does_it(name: str) -> None:
    standing, role, lacks = LACKING[name]
    assert missing_for(SPECIAL, standing, role) == tuple(Missing(*one) for one in lacks)


LON_10M = 10.0 / 111_195.0  # degrees of latitude
BASE = SiteWork(id=UUID(int=1), kind=HOT, begins=NOW, ends=NOW + timedelta(hours=8), lon=120.0, lat=36.0)


def beside(metres: float, **told: object) -> SiteWork:
    lat = 36.0 + LON_10M * metres / 10
    other = SiteWork(id=UUID(int=2), kind=LIFT, begins=NOW, ends=NOW + timedelta(hours=1), lon=120.0, lat=lat)
    return replace(other, **told)  # type: ignore[arg-type]  # the table names fields


DRAIN, VENT, PAINT = (frozenset({one}) for one in (Emission.LIQUID_DISCHARGE, Emission.GAS_VENTING, Emission.SOLVENT))
BLIND = {"blind": "B-1", "kind": PermitKind.BLIND_PLATE, "lon": None, "lat": None}
SET = {**BLIND, "action": BlindAction.INSERT, "done": True, "done_at": NOW - timedelta(hours=5)}
NEEDS = replace(BASE, blinds=frozenset({"B-1"}))
BETWEEN = {
    "far apart": (BASE, [beside(200)], []),
    "within reach": (BASE, [beside(9)], [ConflictKind.NEAR]),
    "discharge 14 m": (BASE, [beside(14, emits=DRAIN)], [ConflictKind.DISCHARGE]),
    "discharge 16 m": (BASE, [beside(16, emits=DRAIN)], []),
    "venting 29 m": (BASE, [beside(29, emits=VENT)], [ConflictKind.DISCHARGE]),
    "venting 31 m": (BASE, [beside(31, emits=VENT)], []),
    "painting 9 m": (BASE, [beside(9, emits=PAINT)], [ConflictKind.DISCHARGE, ConflictKind.NEAR]),
    "painting 11 m": (BASE, [beside(11, emits=PAINT)], []),
    "two others without fire": (replace(BASE, kind=LIFT), [beside(14, emits=DRAIN)], []),
    "fire comes to the discharge": (replace(BASE, kind=LIFT, emits=DRAIN), [beside(14, kind=HOT)], [ConflictKind.DISCHARGE]),
    "later": (BASE, [beside(5, begins=NOW + timedelta(hours=8), ends=NOW + timedelta(hours=9))], []),
    "over": (BASE, [beside(5, done=True)], []),
    "no place": (BASE, [beside(5, lon=None)], []),
    "blind missing": (NEEDS, [], [ConflictKind.BLIND_MISSING]),
    "blind set": (NEEDS, [beside(0, **SET)], []),
    "blind set and taken out": (
        NEEDS,
        [
            beside(0, **SET),
            beside(0, **{**SET, "id": UUID(int=3), "action": BlindAction.REMOVE, "done_at": NOW - timedelta(hours=1)}),
        ],
        [ConflictKind.BLIND_MISSING],
    ),
    "blind taken out meanwhile": (
        NEEDS,
        [beside(0, **SET), beside(0, **{**BLIND, "id": UUID(int=3), "action": BlindAction.REMOVE})],
        [ConflictKind.BLIND_REMOVED],
    ),
    "shared isolation": (
        replace(BASE, isolations=frozenset({"XV-1", "XV-2"})),
        [beside(200, isolations=frozenset({"XV-2"}))],
        [ConflictKind.SHARED_ISOLATION],
    ),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_works_beside_each_other(name: str) -> None:
    work, others, kinds = BETWEEN[name]
    assert [one.kind for one in conflicts_of(work, others, [], permit_policy().distances)] == kinds


def test_a_loading_arm_near_fire_asks_for_a_joint_approval() -> None:
    arms = [LoadingPlace("L-1", 120.0, 36.0 + 1.4 * LON_10M), LoadingPlace("L-2", 120.0, 36.0 + 1.6 * LON_10M)]
    found = conflicts_of(BASE, [], arms, permit_policy().distances)
    assert [(one.kind, one.tag, one.forbids) for one in found] == [(ConflictKind.LOADING, "L-1", False)]
    assert not conflicts_of(replace(BASE, kind=SPACE), [], arms, permit_policy().distances)


@given(
    some.lists(some.builds(beside, some.floats(0, 60), emits=some.sampled_from([DRAIN, VENT, PAINT, frozenset()])), max_size=4)
)
def test_a_conflict_is_seen_from_both_sides(others: list[SiteWork]) -> None:
    distances: Distances = permit_policy().distances
    for place, other in enumerate(others):
        named = replace(other, id=UUID(int=10 + place))
        there = {(one.kind, one.metres, one.emission) for one in conflicts_of(BASE, [named], [], distances)}
        back = {(one.kind, one.metres, one.emission) for one in conflicts_of(named, [BASE], [], distances)}
        assert there == back


def test_a_row_is_refused_where_a_key_is_unknown() -> None:
    assert GradeRow(kind=HOT, grade="special", approver=SPECIAL.approver).gas_test is False
