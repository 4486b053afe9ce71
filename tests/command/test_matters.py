"""One matter is one row: in the inbox, among those to be called, and among those that nobody could be told."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.clocks import SetClock
from tests.command.street import START, Timeline, case_of, told_bodies
from tests.people import make_named_person, make_person, signed_in
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.notices import notices_of, subject_of
from tocsin.command.shifts.models import LogEntry
from tocsin.command.shifts.services import begin_shift
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.inbox import inbox_of, matters_of, to_call, with_others
from tocsin.notices.messages.services import writing

pytestmark = pytest.mark.django_db
GAS = [("gas_main_leak", 0.9, "G1")]


@pytest.fixture
def bodies(street: None) -> dict[str, Organisation]:
    return told_bodies()


@pytest.fixture
def case(bodies: dict[str, Organisation], time: Timeline, clock: SetClock) -> Case:
    alarm = time.rings(2, GAS, level=4)
    time.looks()
    return case_of(alarm)


def tell(case: Case, body: Organisation, number: int, *, purpose: str = "remind", person: User | None = None) -> Notice:
    return writing.write(
        subject_of(case),
        organisation=body,
        person=person,
        purpose=purpose,
        why="unit",
        urgent=True,
        key=f"told-{body.code}-{number}",
        figures={"step": "arrive", "percent": 50 * number},
        now=START + timedelta(minutes=number),
    )


def test_a_case_is_one_row_and_all_of_it_is_read_at_once(case: Case, bodies: dict[str, Organisation], clock: SetClock) -> None:
    desk = make_named_person("gas", "unit_desk", bodies["gas_company"], name="Gas desk")
    notices = [tell(case, bodies["gas_company"], number) for number in (1, 2, 3)]
    alone = writing.write(
        None, person=desk, purpose="handover", why="on_duty", urgent=False, key="alone", figures={"matters": 1}, now=START
    )
    now = START + timedelta(minutes=5)
    clock(now)
    heads = list(matters_of(desk, now=now))
    assert [one.pk for one in heads] == [notices[-1].pk, alone.pk]
    assert [[one.pk for one in group] for group in with_others(desk, heads, now=now)] == [
        [one.pk for one in reversed(notices)],
        [alone.pk],
    ]
    client = signed_in(desk)
    told = client.get("/notices/waiting/").json()
    assert (told["waiting"], told["urgent"]) == (2, 1)
    page = client.get("/notices/").content.decode()
    assert page.count(f'data-matter="{case.number}"') == 1 and page.count("told-too") >= 2
    later = tell(case, bodies["gas_company"], 9)
    client.post("/notices/read-all/", {"until": now.isoformat()})
    assert {one.pk for one in inbox_of(desk, now=now)} == {later.pk}, "what came after the page was shown is not read"
    read = Notice.objects.get(pk=notices[0].pk)
    assert (read.seen_by, read.read_at, read.delivered_at) == (desk, now, now)
    assert with_others(desk, heads, now=now) == [[later]], "read elsewhere since its row was asked for: it is no row any more"


def test_what_waits_for_a_signature_is_not_read_away(case: Case, bodies: dict[str, Organisation]) -> None:
    desk = make_named_person("gas", "unit_desk", bodies["gas_company"])
    order = notices_of(case).filter(purpose="order", organisation=bodies["gas_company"]).get()
    order.sendings.create(channel="screen", address=str(bodies["gas_company"].pk), not_before=timezone.now())
    reminder = tell(case, bodies["gas_company"], 1)
    client = signed_in(desk)
    client.post("/notices/read-all/", {"until": (START + timedelta(hours=1)).isoformat()})
    assert {one.pk for one in inbox_of(desk, now=START)} == {order.pk}
    assert Notice.objects.get(pk=reminder.pk).fate == "read"


def test_one_call_settles_a_body_and_stands_in_the_log_of_the_shift(case: Case, bodies: dict[str, Organisation]) -> None:
    officer = make_named_person("duty", "duty_officer", bodies["monitoring_centre"])
    leader = make_person("shift_leader")
    begin_shift(actor=officer, desk_id=bodies["monitoring_centre"].pk, leader_id=leader.pk)
    fire = bodies["fire_rescue"]
    Notice.objects.filter(organisation=fire).delete()
    notices = [tell(case, fire, number, purpose=purpose) for number, purpose in ((1, "told"), (2, "remind"), (3, "escalate"))]
    waiting = to_call(officer, machine_now=timezone.now()).filter(organisation=fire)
    assert waiting.count() == 3
    client = signed_in(officer)
    page = client.get("/notices/").content.decode()
    assert page.count('data-to-call="Fire and rescue brigade"') == 1
    before = client.get("/notices/waiting/").json()["to_call"]
    client.post(
        f"/notices/{notices[1].pk}/call/", {"fate": "delivered", "said_by": "Watch room", "text": "coming", "number": "119"}
    )
    assert not waiting.all().exists()
    assert client.get("/notices/waiting/").json()["to_call"] == before - 1
    assert {one.delivered_at for one in Notice.objects.filter(organisation=fire)} == {START}
    entry = LogEntry.objects.get(kind="telephone")
    assert (entry.case, entry.text, entry.figures["fate"]) == (case, "coming", "delivered")
    shift_page = client.get(f"/duty/shifts/{entry.shift_id}/").content.decode()
    assert "called Fire and rescue brigade: reached" in shift_page


def test_what_nobody_could_be_told_stands_in_the_console_for_every_subject(case: Case, bodies: dict[str, Organisation]) -> None:
    officer = make_named_person("duty", "duty_officer", bodies["monitoring_centre"])
    Organisation.objects.update(telephone="")
    room = Organisation.objects.get(pk=bodies["government_duty_room"].pk)
    for number in (1, 2):
        tell(case, room, number)
    about_no_case = writing.write(
        None,
        organisation=room,
        purpose="duty",
        why="roster",
        urgent=True,
        key="x",
        figures={
            "duty": "shift",
            "organisation": {"zh": "局", "en": "Room"},
            "roster": {"zh": "值班", "en": "Desk"},
            "hours": [START.isoformat(), (START + timedelta(hours=8)).isoformat()],
        },
        now=START,
    )
    assert about_no_case.untold_at is not None
    client = signed_in(officer)
    assert 'id="untold"' in client.get("/").content.decode()
    part = client.get("/notices/untold/").content.decode()
    assert part.count("data-untold") == 2, "one row for a body and a matter"
    first = Notice.objects.get(key=f"told-{room.code}-1")
    client.post(f"/notices/{first.pk}/see-to/", {"text": "a car is on its way", "next": "/"})
    assert client.get("/notices/untold/").content.decode().count("data-untold") == 1
    assert Client().get("/notices/untold/").status_code == 302
