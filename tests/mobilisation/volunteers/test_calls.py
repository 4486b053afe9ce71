"""Needs and calls on the database: who is called, replaced, late, home; two needs that reach for the same person."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.mobilisation.volunteers.people import MAKE, NOW
from tests.pages import words_of
from tests.people import LICANG, SHINAN, make_person, signed_in
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import new_id
from tocsin.base.keys import Purpose, key_for
from tocsin.bus.services import in_one_transaction
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.volunteers.models import Call, Need, NeedLine, Volunteer
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.rules.entries import CallData
from tocsin.mobilisation.volunteers.services import needs
from tocsin.mobilisation.volunteers.services.clocks import run_clocks
from tocsin.mobilisation.volunteers.services.entries import apply_call_act
from tocsin.mobilisation.volunteers.services.keeping import ENTRIES, NEEDS
from tocsin.mobilisation.volunteers.shown.own_data import own_calls
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.rules.links import link_path
from tocsin.notices.messages.shown import text_of

API = "/api/v1/mobilisation"
type SetClock = Callable[[datetime], None]


def new_need(keeper: User, *, count: int = 1, skills: tuple[str, ...] = ("sandbags",), **fields: Any) -> Need:
    new = needs.NewNeed(
        what="Sandbags", count=count, lon=120.43, lat=36.16, place="dyke", region_code=LICANG, skills=skills, **fields
    )
    return needs.open_need(actor=keeper, new=new, now=NOW)


def calling(keeper: User, **fields: Any) -> Need:
    need = new_need(keeper, **fields)
    return needs.begin_calling(actor=keeper, need_id=need.pk, now=NOW)


def does(call: Call, act: str, at: datetime, **data: Any) -> str:
    entry = NewAct(id=new_id(), subject_id=call.pk, act=act, at=at, data=CallData(**data))
    kept = apply_call_act(actor=User.objects.get(pk=call.volunteer.user_id), act=entry)
    call.refresh_from_db()
    return kept.verdict


def states() -> dict[str, str]:
    return {call.volunteer.name: call.state for call in Call.objects.select_related("volunteer")}


@pytest.mark.django_db
def test_called_replaced_there_and_home(make_volunteer: MAKE, keeper: User, clock: SetClock) -> None:
    near, next_, far = (make_volunteer(name, lon=120.43 + at) for name, at in (("Near", 0), ("Next", 0.01), ("Far", 0.02)))
    need = calling(keeper)
    assert need.number == "XQ-370213-20261128-001"
    assert states() == {"Near": "called"}
    told = Notice.objects.get(purpose="volunteer_call")
    assert told.person == near.user
    assert "Help is needed: Sandbags, dyke (0 km from you), at once" in text_of(told)
    does(Call.objects.get(), "decline", NOW, reason="work")
    assert states() == {"Near": "declined", "Next": "called"}
    clock(NOW + timedelta(minutes=16))
    assert run_clocks(now=NOW + timedelta(minutes=16)) == 1
    assert states() == {"Near": "declined", "Next": "silent", "Far": "called"}
    far.refresh_from_db()
    next_.refresh_from_db()
    assert (far.reserved_for is not None, next_.reserved_for) == (True, None)
    call = Call.objects.get(volunteer=far)
    for act, minutes in (("accept", 17), ("set_out", 20), ("arrive", 40), ("leave", 220), ("home", 250)):
        clock(NOW + timedelta(minutes=minutes))
        assert does(call, act, NOW + timedelta(minutes=minutes)) == "goes_on"
    assert (call.state, call.served_min) == ("home", 180)
    far.refresh_from_db()
    assert (far.reserved_for, far.home_at, far.served_min) == (None, NOW + timedelta(minutes=250), 230)
    assert "3 hours of help" in text_of(Notice.objects.get(key=f"volunteer-thanks-{call.pk}"))
    assert run_clocks(now=NOW + timedelta(minutes=251)) == 0  # the place was filled: nobody more is called
    again = new_need(keeper)
    needs.begin_calling(actor=keeper, need_id=again.pk, now=NOW + timedelta(minutes=300))
    assert not again.calls.filter(volunteer=far).exists()  # who has just come home rests


@pytest.mark.django_db
def test_answered_by_one_press_of_the_link(make_volunteer: MAKE, keeper: User) -> None:
    make_volunteer("Li")
    calling(keeper)
    told = Notice.objects.get(purpose="volunteer_call")
    client = Client(headers={"accept-language": "en"})
    path = link_path(told.pk, key_for(Purpose.LINKS))
    page = client.get(path).content.decode()
    assert "I come" in page
    assert 'value="Li"' in page
    assert client.post(path, {"act": "sign", "name": "Li"}).status_code == 302
    assert states() == {"Li": "accepted"}
    told.refresh_from_db()
    assert told.signed_as == "Li"


@pytest.mark.django_db
def test_the_inbox_names_what_is_answered(make_volunteer: MAKE, keeper: User) -> None:
    made = make_volunteer("Li")
    need = calling(keeper)
    words = words_of(signed_in(made.user).get("/notices/").content)
    assert f"Call for help {need.number}" in " ".join(words) and "Order" not in words
    made.user.language = "zh-hans"
    made.user.save()
    assert f"志愿者召集 {need.number}" in " ".join(words_of(signed_in(made.user, "zh-hans").get("/notices/").content))


@pytest.mark.django_db
def test_the_map_of_a_new_need_shows_the_officers_own_county(keeper: User) -> None:
    page = signed_in(keeper).get("/volunteers/needs/").content.decode()
    (bounds,) = re.findall(r'data-place-map.*?data-bounds="([\d.,]+)"', page, re.DOTALL)
    west, south, east, north = map(float, bounds.split(","))
    assert 120.3 < west < 120.4 < east < 120.6 and 36.1 < south < north < 36.4


@pytest.mark.django_db
def test_a_late_yes_counts_while_the_place_is_open(make_volunteer: MAKE, keeper: User, clock: SetClock) -> None:
    make_volunteer("Li")
    need = calling(keeper)
    later = NOW + timedelta(minutes=20)
    clock(later)
    run_clocks(now=later)
    call = Call.objects.get()
    assert call.state == "silent"
    assert "nobody is left to call" in text_of(Notice.objects.get(purpose="volunteer_desk"))
    assert does(call, "accept", later) == "goes_on"
    needs.stand_down(actor=keeper, need_id=need.pk, now=later)
    assert states() == {"Li": "released"}
    assert does(call, "accept", later) == "too_late"


@pytest.mark.django_db
def test_who_says_nothing_in_time_rings_at_the_officer(make_volunteer: MAKE, keeper: User, clock: SetClock) -> None:
    make_volunteer("Li")
    need = calling(keeper)
    call = Call.objects.get()
    does(call, "arrive", NOW)
    late = NOW + timedelta(minutes=121)
    clock(late)
    assert run_clocks(now=late) == 1
    assert run_clocks(now=late) == 0  # told once
    told = Notice.objects.get(purpose="volunteer_desk")
    assert (told.urgent, told.organisation) == (True, keeper.organisation)
    assert "has not said in time that all is well. Call them" in text_of(told)
    officer = signed_in(keeper)
    assert "No sign of life since" in officer.get(f"/volunteers/needs/{need.number}/").content.decode()
    assert "Li" in officer.get("/waiting/").content.decode()
    does(call, "check_in", late)
    assert (call.due_at, call.late_told_at) == (late + timedelta(minutes=120), None)
    needs.stand_down(actor=keeper, need_id=need.pk, text="by bus", now=late)
    call.refresh_from_db()
    assert (call.state, call.due_at) == ("there", late + timedelta(minutes=180))
    assert "by bus" in text_of(Notice.objects.get(key=f"volunteer-stood_down-{call.pk}"))


@pytest.mark.django_db
def test_a_need_lapses_unless_renewed(make_volunteer: MAKE, keeper: User) -> None:
    make_volunteer("Li")
    need = calling(keeper)
    does(Call.objects.get(), "accept", NOW)
    run_clocks(now=NOW + timedelta(hours=43))
    assert "renew it" in text_of(Notice.objects.get(purpose="volunteer_desk", key__contains="lapses"))
    with pytest.raises(InvalidInput, match="It holds until"):
        needs.renew(actor=keeper, need_id=need.pk, hours=2, now=NOW + timedelta(hours=44))
    needs.renew(actor=keeper, need_id=need.pk, now=NOW + timedelta(hours=44))
    run_clocks(now=NOW + timedelta(hours=49))
    need.refresh_from_db()
    assert need.ended_at is None
    run_clocks(now=NOW + timedelta(hours=93))
    need.refresh_from_db()
    assert need.ended_why == "lapsed"
    assert states() == {"Li": "released"}
    with pytest.raises(Conflict):
        needs.renew(actor=keeper, need_id=need.pk, now=NOW + timedelta(hours=94))


@pytest.mark.django_db
def test_what_a_phone_sends_twice_is_one_act(make_volunteer: MAKE, keeper: User) -> None:
    mine = make_volunteer("Li")
    stranger = make_volunteer("Wang", skills=())
    calling(keeper)
    call = Call.objects.get()
    entry = {
        "id": str(new_id()),
        "call_id": str(call.pk),
        "act": "accept",
        "at": NOW.isoformat(),
        "device": "phone",
        "sequence": 1,
    }
    for _time in range(2):
        taken = signed_in(mine.user).post(f"{API}/calls/entries", {"entries": [entry]}, content_type="application/json").json()
        assert (taken[0]["taken"], taken[0]["state"]) == (True, "accepted")
    assert call.entries.count() == 1
    refused = signed_in(stranger.user).post(
        f"{API}/calls/entries", {"entries": [{**entry, "id": str(new_id())}]}, content_type="application/json"
    )
    assert refused.json()[0]["taken"] is False
    told = signed_in(mine.user).get(f"{API}/helper").json()
    assert [(one["state"], one["steps"][0]["done"]) for one in told["calls"]] == [("accepted", True)]
    assert signed_in(stranger.user).get(f"{API}/helper").json()["calls"] == []


@pytest.mark.django_db
def test_an_officer_enters_what_was_said_and_lets_off(make_volunteer: MAKE, keeper: User) -> None:
    make_volunteer("Li")
    make_volunteer("Wang", lon=120.44)
    need = calling(keeper)
    call = Call.objects.get()
    officer = signed_in(keeper)
    officer.post(f"/volunteers/needs/{need.pk}/calls/{call.pk}/enter/", {"act": "accept", "text": "in an hour"})
    assert call.entries.get().channel == "telephone"
    officer.post(f"/volunteers/needs/{need.pk}/calls/{call.pk}/release/")
    assert states() == {"Li": "released", "Wang": "called"}
    assert "call_released" in NeedLine.objects.values_list("act", flat=True)
    stranger = signed_in(make_person("duty_officer", SHINAN))
    assert stranger.get(f"/volunteers/needs/{need.number}/").status_code == 404
    assert stranger.post(f"{API}/needs/{need.pk}/end", {}, content_type="application/json").status_code == 404


@pytest.mark.django_db
def test_a_cap_and_nonsense(make_volunteer: MAKE, keeper: User) -> None:
    for number in range(4):
        make_volunteer(f"Li{number}", lon=120.43 + number / 1000)
    need = new_need(keeper, count=4)
    with pytest.raises(InvalidInput):
        needs.begin_calling(actor=keeper, need_id=need.pk, most_called=1000, now=NOW)
    needs.begin_calling(actor=keeper, need_id=need.pk, most_called=2, now=NOW)
    assert Call.objects.count() == 2
    for wrong in ({"count": 0}, {"skills": ("flying",)}, {"radius_km": 5000.0}, {"lapse_h": 10_000}, {"area_code": "999999"}):
        with pytest.raises(InvalidInput):
            new_need(keeper, **wrong)


@pytest.mark.django_db(transaction=True)
def test_two_needs_at_once_reserve_a_person_once(make_volunteer: MAKE, keeper: User) -> None:
    for number in range(3):
        make_volunteer(f"Li{number}", lon=120.43 + number / 1000)
    found = [new_need(keeper, count=2) for _number in range(4)]

    def begin(need: Need) -> None:
        try:
            in_one_transaction(lambda: needs.begin_calling(actor=keeper, need_id=need.pk, now=NOW))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(begin, found))
    calls = list(Call.objects.all())
    assert len(calls) == 3
    assert {one.volunteer_id for one in calls} == set(Volunteer.objects.values_list("pk", flat=True))
    assert {one.reserved_for for one in Volunteer.objects.all()} == {one.pk for one in calls}
    assert all(need.calls.count() <= 2 for need in found)


@pytest.mark.django_db
def test_hours_stand_on_the_own_page_and_go_in_their_time(make_volunteer: MAKE, keeper: User) -> None:
    mine = make_volunteer("Li")
    need = calling(keeper)
    Call.objects.update(state="home", served_min=150, there_at=NOW, home_at=NOW + timedelta(hours=3))
    page = signed_in(mine.user).get("/volunteers/me/").content.decode()
    assert "2.5 h" in page
    assert need.number in page
    assert [(one["need"], one["served_min"]) for one in own_calls(mine.user)] == [(need.number, 150)]
    Need.objects.update(ended_at=NOW)
    unfinished = make_volunteer("Wang", standing="applied")
    days = volunteers_policy().keep
    assert NEEDS.forget is not None
    assert ENTRIES.forget is not None
    assert NEEDS.forget(NOW) == 0
    assert NEEDS.forget(NOW + timedelta(days=days.calls_days)) == 1
    assert not Call.objects.exists()
    assert ENTRIES.forget(NOW + timedelta(days=days.refused_days)) == 1
    unfinished.refresh_from_db()
    assert (unfinished.standing, unfinished.name) == ("left", "")
