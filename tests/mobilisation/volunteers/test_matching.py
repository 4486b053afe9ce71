"""Who is called: each line of the rule, and what holds whatever the register looks like."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.base.geometry import distance_m
from tocsin.mobilisation.volunteers.rules.calls import CallAct, CallState, CallVerdict, rests_until, served_min, step
from tocsin.mobilisation.volunteers.rules.matching import Candidate, Choice, LeftOut, Wanted, choose

NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)
WANTED = Wanted(("boat",), 2, 120.40, 36.10, 10_000, "")


def person(number: int, **fields: object) -> Candidate:
    """Somebody with a boat a kilometre or so away; `number` tells them apart."""
    return replace(Candidate(UUID(int=number), {"boat": 1}, "370213", 120.40 + number / 100, 36.10), **fields)  # type: ignore[arg-type]


def chosen(*candidates: Candidate, most: int = 50, wanted: Wanted = WANTED) -> Choice:
    return choose(wanted, candidates, most=most, burden_m_per_h=500, now=NOW)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"asked": True}, LeftOut.ASKED),
        ({"taken": True}, LeftOut.TAKEN),
        ({"rests_until": NOW + timedelta(minutes=1)}, LeftOut.RESTS),
        ({"rests_until": NOW}, None),
        ({"skills": {}}, LeftOut.NO_SKILL),
        ({"lon": None}, LeftOut.NO_PLACE),
        ({"lon": 121.0}, LeftOut.TOO_FAR),
        ({"most_m": 100.0}, LeftOut.TOO_FAR),
        ({}, None),
    ],
)
def test_each_line_of_the_rule(fields: dict[str, object], reason: LeftOut | None) -> None:
    assert chosen(person(1, **fields)).left_out.get(UUID(int=1)) is reason


def test_only_people_of_the_area() -> None:
    wanted = replace(WANTED, area_code="370213")
    found = chosen(person(1), person(2, region_code="370202"), wanted=wanted)
    assert [one.id.int for one in found.called] == [1]
    assert found.left_out == {UUID(int=2): LeftOut.OTHER_AREA}


def test_nearest_and_least_burdened_first() -> None:
    found = chosen(person(1, burden_h=10.0), person(2), person(3))
    assert [one.id.int for one in found.called] == [2, 3]  # 0.9 km + 10 h is further than 2.7 km
    assert [one.id.int for one in found.queue] == [1]


def test_a_team_fills_as_many_places_as_it_has_people() -> None:
    found = chosen(person(1, skills={"boat": 3}), person(2))
    assert [(one.id.int, one.counts) for one in found.called] == [(1, 3)]


candidates = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 60).map(lambda number: UUID(int=number)),
        skills=st.sampled_from([{}, {"boat": 1}, {"boat": 4}]),
        region_code=st.sampled_from(["370213", "370202"]),
        lon=st.none() | st.floats(120.0, 121.0),
        lat=st.floats(36.0, 36.4),
        most_m=st.none() | st.floats(100, 50_000),
        burden_h=st.floats(0, 100),
        rests_until=st.none() | st.integers(-60, 60).map(lambda minutes: NOW + timedelta(minutes=minutes)),
        taken=st.booleans(),
        asked=st.booleans(),
    ),
    unique_by=lambda one: one.id,
)


@given(candidates, st.integers(1, 10), st.integers(0, 6), st.floats(500, 60_000))
def test_caps_rest_and_radius_hold_for_every_register(people: list[Candidate], places: int, most: int, radius_m: float) -> None:
    wanted = replace(WANTED, open_places=places, radius_m=radius_m)
    found = chosen(*people, most=most, wanted=wanted)
    known = {one.id: one for one in people}
    ids = [one.id for one in (*found.called, *found.queue)]
    assert len(set(ids)) == len(ids)  # nobody twice
    assert {*ids, *found.left_out} == set(known)  # everybody is called, next, or left out for a reason
    assert len(found.called) <= most
    assert sum(one.counts for one in found.called[:-1]) < places  # nobody is called for nothing
    for one in found.called:
        who = known[one.id]
        assert not who.taken
        assert not who.asked
        assert who.rests_until is None or who.rests_until <= NOW
        assert who.lon is not None
        assert who.lat is not None
        assert distance_m(who.lon, who.lat, wanted.lon, wanted.lat) <= radius_m
    if len(found.called) < most and found.queue:
        assert sum(one.counts for one in found.called) >= places
    assert [one.cost_m for one in (*found.called, *found.queue)] == sorted(one.cost_m for one in (*found.called, *found.queue))
    assert chosen(*reversed(people), most=most, wanted=wanted).called == found.called  # the order of rows decides nothing


@pytest.mark.parametrize(
    ("state", "act", "verdict", "after"),
    [
        (CallState.CALLED, CallAct.ACCEPT, CallVerdict.GOES_ON, CallState.ACCEPTED),
        (CallState.CALLED, CallAct.DECLINE, CallVerdict.GOES_ON, CallState.DECLINED),
        (CallState.ACCEPTED, CallAct.DECLINE, CallVerdict.GOES_ON, CallState.DECLINED),
        (CallState.THERE, CallAct.DECLINE, CallVerdict.BEHIND, CallState.THERE),
        (CallState.CALLED, CallAct.ARRIVE, CallVerdict.GOES_ON, CallState.THERE),
        (CallState.THERE, CallAct.SET_OUT, CallVerdict.BEHIND, CallState.THERE),
        (CallState.THERE, CallAct.CHECK_IN, CallVerdict.STAYS, CallState.THERE),
        (CallState.CALLED, CallAct.CHECK_IN, CallVerdict.BEHIND, CallState.CALLED),
        (CallState.LEAVING, CallAct.HOME, CallVerdict.GOES_ON, CallState.HOME),
        (CallState.HOME, CallAct.ARRIVE, CallVerdict.TOO_LATE, CallState.HOME),
        (CallState.RELEASED, CallAct.ACCEPT, CallVerdict.TOO_LATE, CallState.RELEASED),
        (CallState.RELEASED, CallAct.NOTE, CallVerdict.STAYS, CallState.RELEASED),
    ],
)
def test_steps_of_a_call(state: CallState, act: CallAct, verdict: CallVerdict, after: CallState) -> None:
    assert step(state, act) == (verdict, after)


def test_hours_are_those_on_site_and_rest_grows_with_them() -> None:
    there, home = NOW, NOW + timedelta(hours=5)
    assert served_min(there, NOW + timedelta(hours=4), home) == 240
    assert served_min(there, None, home) == 300
    assert served_min(None, None, home) == 0
    assert rests_until(home, 240, rest_h=8, rest_per_h=0.5) == home + timedelta(hours=10)
    assert rests_until(None, 0, rest_h=8, rest_per_h=0.5) is None
