"""Doors are given to people, knocked at without a network, weighed where two were there, and help becomes a case."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mobilisation.rounds.silent import NOW, crew, knocks, silent_round, walk_of
from tests.people import YANTAI, make_person, signed_in
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.command.casebook.models import Case
from tocsin.command.handling.services.doors import open_cases_of_doors
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.public_warnings.models import PublicWarning
from tocsin.mobilisation.public_warnings.services import issuing
from tocsin.mobilisation.public_warnings.services.rounds import finish_round
from tocsin.mobilisation.rounds.models import Door, DoorEntry, Walk
from tocsin.mobilisation.rounds.rules.doors import DoorAct, DoorVerdict, Known, door_key, weigh
from tocsin.mobilisation.rounds.services import helping
from tocsin.mobilisation.rounds.services.keeping import forget_old_doors
from tocsin.mobilisation.rounds.services.needs import need_for_warning
from tocsin.mobilisation.rounds.services.walks import give_doors, take_back_walk
from tocsin.mobilisation.rounds.shown.own_data import own_door_walks
from tocsin.mobilisation.volunteers.models import Call, Need, Volunteer
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import text_of

if TYPE_CHECKING:
    from uuid import UUID

API = "/api/v1/mobilisation"
FIRST = Known(DoorAct.NOBODY, "one", NOW, 1)
LATER, EARLIER = NOW + timedelta(minutes=5), NOW - timedelta(minutes=5)
WEIGHED = [
    ("the first at a door", None, DoorAct.TOLD, "one", NOW, 0, (DoorVerdict.HOLDS, True, False)),
    ("a correction of one's own", FIRST, DoorAct.TOLD, "one", LATER, 0, (DoorVerdict.HOLDS, True, False)),
    ("one's own that comes late", FIRST, DoorAct.TOLD, "one", EARLIER, 0, (DoorVerdict.BEHIND, False, False)),
    ("somebody who saw the first", FIRST, DoorAct.TOLD, "two", LATER, 1, (DoorVerdict.HOLDS, True, False)),
    ("two who did not know: told weighs more", FIRST, DoorAct.TOLD, "two", LATER, 0, (DoorVerdict.BESIDE, True, True)),
    ("two who did not know: the same", FIRST, DoorAct.NOBODY, "two", LATER, 0, (DoorVerdict.BESIDE, False, True)),
    ("two who did not know: empty weighs less", FIRST, DoorAct.VACANT, "two", LATER, 0, (DoorVerdict.BESIDE, False, True)),
]


@pytest.mark.parametrize(
    ("known", "result", "walk", "at", "seen", "wanted"), [one[1:] for one in WEIGHED], ids=[one[0] for one in WEIGHED]
)
def test_two_results_of_a_door(
    known: Known | None, result: DoorAct, walk: str, at: datetime, seen: int, wanted: tuple[DoorVerdict, bool, bool]
) -> None:
    found = weigh(known, result, walk=walk, at=at, seen=seen)
    assert (found.verdict, found.holds, found.conflict) == wanted


@given(st.text(max_size=40))
def test_a_door_is_known_by_its_key(place: str) -> None:
    assert door_key(door_key(place)) == door_key(place)
    assert door_key(f"  {place} ") == door_key(place)


@pytest.fixture
def leader(db: None) -> User:
    return make_person("shift_leader", organisation="monitoring_centre")


def test_doors_are_given_knocked_at_and_counted(leader: User) -> None:
    row, walker = silent_round(leader), crew()
    walk = walk_of(leader, row, walker)
    told = Notice.objects.get(purpose="door_walk")
    assert (told.person, "Rd 1 to 3" in text_of(told)) == (walker, True)
    first, second = Door.objects.order_by("key")[:2]
    knocks(walk, "told", door=first.pk, people=3)
    knocks(walk, "nobody", door=second.pk)
    knocks(walk, "told", place="rd  4", people=2)
    knocks(walk, "told", at=LATER, door=second.pk, people=1, seen=1)
    row.refresh_from_db()
    assert (row.doors, row.people, row.done_at) == (3, 6, None)
    assert not Door.objects.filter(conflict=True).exists()
    knocks(walk, "finish")
    walk.refresh_from_db()
    assert (walk.version, walk.finished_at is not None) == (5, True)
    finish_round(actor=leader, round_id=row.pk, doors=3, people=6, now=NOW)
    knocks(walk, "told", place="Rd 3", people=1)
    row.refresh_from_db()
    assert (row.doors, row.people) == (4, 7), "a late entry still counts"


def test_what_arrives_twice_is_one_entry_and_what_is_nobody_elses_is_refused(leader: User) -> None:
    row, walker = silent_round(leader), crew()
    walk = walk_of(leader, row, walker)
    entries = [
        {"id": str(new_id()), "walk_id": str(walk.pk), "act": "told", "at": NOW.isoformat(), "device": "d", "sequence": number}
        | {"data": {"place": f"Rd {number}", "people": 1}}
        for number in (1, 2)
    ]
    client = signed_in(walker)
    for _delivery in range(2):
        sent = {"channel": "phone", "entries": entries}
        answer = client.post(f"{API}/door-walks/entries", sent, content_type="application/json").json()
        assert [(one["taken"], one["version"]) for one in answer] == [(True, 1), (True, 2)]
    assert DoorEntry.objects.count() == 2
    other = signed_in(make_person("utility_crew", YANTAI, organisation="water_company"))
    fresh = [entries[0] | {"id": str(new_id())}]
    refused = other.post(f"{API}/door-walks/entries", {"entries": fresh}, content_type="application/json").json()
    assert (refused[0]["taken"], "not yours" in refused[0]["reason"]) == (False, True)
    page = client.get(f"{API}/knocker").json()
    assert [one["place"] for one in page["walks"][0]["doors"]] == ["Rd 1", "Rd 2", "Rd 3"]
    assert client.get("/doors/").status_code == 200
    assert signed_in(make_person("viewer")).get("/doors/").status_code == 403


def test_two_people_at_one_door_are_shown_and_settled(leader: User) -> None:
    row = silent_round(leader)
    one, two = (walk_of(leader, row, crew(body), doors="") for body in ("heating_company", "water_company"))
    knocks(one, "nobody", place="Rd 1")
    beside = knocks(two, "told", place="RD 1", people=4)
    door = Door.objects.get()
    assert (beside.verdict, door.result, door.conflict, door.people) == ("beside", "told", True, 4)
    client = signed_in(leader)
    assert "two results differ" in client.get("/waiting/").content.decode()
    page = client.get(f"/warnings/{row.warning_id}/doors/").content.decode()
    assert "nobody home" in page
    assert "differs" in page
    client.post(f"/warnings/doors/door/{door.pk}/settle/", {"result": "nobody"})
    door.refresh_from_db()
    assert (door.result, door.conflict, door.people, door.entries.count()) == ("nobody", False, 0, 2)
    with pytest.raises(InvalidInput):
        helping.settle_door(actor=leader, door_id=door.pk, result="note", now=NOW)


def test_help_is_a_case_by_one_press_and_at_once_where_policy_says_so(leader: User) -> None:
    row = silent_round(leader)
    walk = walk_of(leader, row, crew())
    knocks(walk, "help", place="Rd 2", text="oxygen", lon=120.42, lat=36.16)
    door = Door.objects.get(result="help")
    assert (door.case_wanted_at, open_cases_of_doors(now=NOW)) == (None, 0), "yellow waits for a press"
    client = signed_in(leader)
    assert "somebody needs help" in client.get("/waiting/").content.decode()
    client.post(f"/warnings/doors/door/{door.pk}/case/")
    assert open_cases_of_doors(now=NOW) == 1
    assert open_cases_of_doors(now=NOW) == 0
    door.refresh_from_db()
    case = Case.objects.get(number=door.case_number)
    assert (case.lon, "Rd 2" in case.place) == (120.42, True)
    client.post(f"/warnings/doors/door/{door.pk}/helped/", {"words": "brought oxygen"})
    door.refresh_from_db()
    assert (door.helped_by, "brought oxygen" in door.words) == (leader, True)
    with pytest.raises(Conflict, match="asked for help"):
        helping.want_case(actor=leader, door_id=Door.objects.filter(help_at=None)[0].pk, now=NOW)
    PublicWarning.objects.filter(pk=row.warning_id).update(level="red")
    knocks(walk, "help", place="Rd 3", text="can't walk")
    assert open_cases_of_doors(now=NOW) == 1


def test_doors_are_given_only_where_it_can_be(leader: User) -> None:
    row, walker = silent_round(leader), crew()
    bad: list[tuple[UUID, str, str, str]] = [
        (make_person("viewer").pk, "x", "", "are given to"),
        (make_person("utility_crew", YANTAI, organisation="water_company").pk, "x", "", "are given to"),
        (walker.pk, " ", "\n \n", "which stretch"),
        (walker.pk, "", "ok\n" + "x" * 121, "Line 2"),
        (walker.pk, "", "\n".join(f"Rd {number}" for number in range(501)), "500"),
    ]
    for walker_id, stretch, doors, why in bad:
        with pytest.raises(InvalidInput, match=why):
            give_doors(actor=leader, round_id=row.pk, walker_id=walker_id, stretch=stretch, doors=doors, now=NOW)
    assert not Walk.objects.exists()
    with pytest.raises(NotAllowed):
        give_doors(
            actor=User.objects.get(username__startswith="viewer"), round_id=row.pk, walker_id=walker.pk, stretch="x", now=NOW
        )
    issuing.cancel_warning(actor=leader, warning_id=row.warning_id, reason="阀门已关闭", now=NOW)
    with pytest.raises(Conflict, match="no longer"):
        walk_of(leader, row, walker)


def test_a_walk_that_is_taken_back_frees_its_doors_and_what_comes_late_counts(leader: User) -> None:
    row, first, second = silent_round(leader), crew(), crew("water_company")
    walk = walk_of(leader, row, first)
    knocks(walk, "told", place="Rd 1", people=1)
    take_back_walk(actor=leader, walk_id=walk.pk, now=NOW)
    assert Door.objects.filter(walk=walk).count() == 1
    other = walk_of(leader, row, second, doors="Rd 2\nRd 1")
    assert list(Door.objects.filter(walk=other).values_list("place", flat=True)) == ["Rd 2"]
    assert knocks(walk, "nobody", place="Rd 2").verdict == "holds"
    assert signed_in(first).get(f"{API}/knocker").json()["walks"] == []


def test_after_an_update_the_phone_says_what_holds_now(leader: User) -> None:
    row, walker = silent_round(leader), crew()
    walk_of(leader, row, walker)
    update = issuing.draft_update(actor=leader, warning_id=row.warning_id, now=NOW)
    update.texts["en"]["headline"] = "Larger now"
    update.texts["zh"]["headline"] = "范围扩大"
    update.save()
    issuing.issue_warning(actor=leader, warning_id=update.pk, now=NOW)
    shown = signed_in(walker).get(f"{API}/knocker", headers={"Accept-Language": "en"}).json()["walks"][0]
    assert (shown["over"], shown["headline"] in ("Larger now", "范围扩大")) == (False, True)
    issuing.cancel_warning(actor=leader, warning_id=update.pk, reason="阀门已关闭", now=NOW)
    assert signed_in(walker).get(f"{API}/knocker").json()["walks"][0]["over"]


def test_doors_of_other_areas_are_out_of_reach(leader: User) -> None:
    row, stranger = silent_round(leader), make_person("shift_leader", YANTAI)
    walk = walk_of(leader, row, crew())
    with pytest.raises(Walk.DoesNotExist):
        take_back_walk(actor=stranger, walk_id=walk.pk, now=NOW)
    with pytest.raises(Door.DoesNotExist):
        helping.end_help(actor=stranger, door_id=Door.objects.all()[0].pk, now=NOW)
    assert signed_in(stranger).get(f"{API}/door-rounds/{row.pk}/doors").status_code == 404
    assert signed_in(leader).get(f"{API}/door-rounds/{row.pk}/doors").json()["listed"] == 3


def test_a_warning_asks_for_volunteers_by_one_press_and_both_pages_lead_to_each_other(leader: User) -> None:
    row = silent_round(leader)
    client = signed_in(leader)
    for _press in range(2):
        page = client.post(f"/warnings/{row.warning_id}/volunteers/", {"town": row.town_code}, follow=True)
    need = Need.objects.get()
    assert (need.skills, need.count, need.area_code, need.subject_kind) == (["door_to_door"], 10, "370213", "public_warning")
    assert f"/warnings/{row.warning_id}/" in page.content.decode()
    assert need.number in client.get(f"/warnings/{row.warning_id}/").content.decode()
    with pytest.raises(InvalidInput, match="not silent"):
        need_for_warning(actor=leader, warning_id=row.warning_id, town_code="370213001", now=NOW)
    whole = need_for_warning(actor=leader, warning_id=row.warning_id, now=NOW)
    assert (whole.place, whole.area_code) == ("李沧区石牛山路周边", "370213")
    walk = walk_of(leader, row, crew())
    knocks(walk, "help", place="Rd 2", text="oxygen")
    door = Door.objects.get(result="help")
    for _press in range(2):
        client.post(f"/warnings/doors/door/{door.pk}/need/")
    door.refresh_from_db()
    assert Need.objects.get(number=door.need_number).text == "oxygen"
    assert Need.objects.count() == 3
    issuing.cancel_warning(actor=leader, warning_id=row.warning_id, reason="阀门已关闭", now=NOW)
    with pytest.raises(Conflict):
        need_for_warning(actor=leader, warning_id=row.warning_id, now=NOW)


def test_who_accepted_a_call_of_the_warning_can_be_given_doors(leader: User) -> None:
    row = silent_round(leader)
    need = need_for_warning(actor=leader, warning_id=row.warning_id, town_code=row.town_code, now=NOW)
    user = make_person("volunteer", "370202")
    helper = Volunteer.objects.create(
        user=user, name="Li", body=need.body, region_code="370202", standing="confirmed", entered_at=NOW
    )
    call = Call.objects.create(
        need=need, volunteer=helper, region_code="370213", wave=1, way_m=1.0, burden_h=0.0, called_at=NOW, answer_by=NOW
    )
    with pytest.raises(InvalidInput, match="are given to"):
        walk_of(leader, row, user)
    Call.objects.filter(pk=call.pk).update(state="accepted")
    walk = walk_of(leader, row, user)
    assert knocks(walk, "told", place="Rd 1", people=2).verdict == "holds"
    assert len(signed_in(user).get(f"{API}/knocker").json()["walks"]) == 1


def test_doors_of_old_warnings_lose_what_names_a_household(leader: User) -> None:
    row = silent_round(leader)
    walk = walk_of(leader, row, crew())
    knocks(walk, "help", place="Rd 2", text="oxygen")
    assert forget_old_doors(NOW - timedelta(days=1)) == 0
    assert forget_old_doors(NOW + timedelta(days=1)) == 3
    assert set(Door.objects.values_list("place", "words")) == {("", "")}
    assert DoorEntry.objects.get().data == {}
    assert Door.objects.filter(result="help").count() == 1
    assert next(iter(own_door_walks(walk.walker)))["entries"][0]["act"] == "help"
