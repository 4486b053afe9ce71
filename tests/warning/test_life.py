"""What was missing of an alarm's life: a shelf until the condition is gone, confirmation, out of service with an end."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from tests.warning.district import NOW, detection
from tests.warning.test_feedback_pages import HTMX, signed_in
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.queries.registry import visible_sensors
from tocsin.sensing.devices.services.changes import edit_sensor
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.alarms import search_alarms
from tocsin.warning.alarms.queries.due import next_clock
from tocsin.warning.alarms.rules.states import (
    ACTIVE,
    SET_ASIDE,
    UNACKNOWLEDGED,
    Act,
    AlarmState,
    Refused,
    Standing,
    confirmation,
    transition,
)
from tocsin.warning.alarms.services import acts, clocks
from tocsin.warning.alarms.services.detections import apply_detections

AU, AA = AlarmState.ACTIVE_UNACKNOWLEDGED, AlarmState.ACTIVE_ACKNOWLEDGED
RU, LA, NO = AlarmState.RETURNED_UNACKNOWLEDGED, AlarmState.LATCHED, AlarmState.NORMAL
SH, SU, OUT = AlarmState.SHELVED, AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE

# name, before, act, after or the refusal; of a rule that latches
ONCE = [
    ("an active alarm is shelved until it is gone", Standing(AU), Act.SHELVE_ONCE, Standing(SH, AU, once=True)),
    ("a taken one as well", Standing(AA), Act.SHELVE_ONCE, Standing(SH, AA, once=True)),
    ("what is gone has nothing to wait for", Standing(RU), Act.SHELVE_ONCE, Refused.NOT_ACTIVE),
    ("nor has what is latched", Standing(LA), Act.SHELVE_ONCE, Refused.NOT_ACTIVE),
    ("nothing to shelve", Standing(NO), Act.SHELVE_ONCE, Refused.NO_ALARM),
    ("shelved once", Standing(SH, AU), Act.SHELVE_ONCE, Refused.SET_ASIDE),
    ("a repeat stays on the shelf", Standing(SH, AA, once=True), Act.RAISE, Standing(SH, AA, once=True)),
    ("it is gone: it waits to be seen", Standing(SH, AU, once=True), Act.CLEAR, Standing(RU)),
    ("it is gone and was taken: it latches", Standing(SH, AA, once=True), Act.CLEAR, Standing(LA)),
    ("a shelf with an end alone stays", Standing(SH, AU), Act.CLEAR, Standing(SH, RU)),
    ("a higher level breaks it", Standing(SH, AA, once=True), Act.ESCALATE, Standing(AU)),
    ("suppression by design takes its place", Standing(SH, AU, once=True), Act.SUPPRESS, Standing(SU, AU)),
    ("its end brings it back", Standing(SH, AA, once=True), Act.UNSHELVE, Standing(AU)),
]


@pytest.mark.parametrize(("before", "act", "expected"), [row[1:] for row in ONCE], ids=[row[0] for row in ONCE])
def test_a_shelf_until_the_condition_is_gone(before: Standing, act: Act, expected: Standing | Refused) -> None:
    assert transition(before, act, latching=True) == expected


# name, standing, acknowledged, confirmed, why not
CONFIRMED = [
    ("nobody took it", Standing(AU), False, False, Refused.NOT_ACKNOWLEDGED),
    ("gone before anybody took it", Standing(RU), False, False, Refused.NOT_ACKNOWLEDGED),
    ("taken", Standing(AA), True, False, None),
    ("taken and gone", Standing(LA), True, False, None),
    ("taken and over", Standing(NO), True, False, None),
    ("over and never taken", Standing(NO), False, False, Refused.NO_ALARM),
    ("a second time", Standing(AA), True, True, Refused.ALREADY_CONFIRMED),
    ("set aside", Standing(SH, AA), True, False, Refused.SET_ASIDE),
]


@pytest.mark.parametrize(
    ("standing", "acknowledged", "confirmed", "expected"), [row[1:] for row in CONFIRMED], ids=[row[0] for row in CONFIRMED]
)
def test_who_can_confirm(standing: Standing, acknowledged: bool, confirmed: bool, expected: Refused | None) -> None:
    assert confirmation(standing, acknowledged=acknowledged, confirmed=confirmed) is expected


ENDS = {SH: Act.UNSHELVE, SU: Act.UNSUPPRESS, OUT: Act.RETURN_TO_SERVICE}


@given(st.lists(st.sampled_from(list(Act)), max_size=30), st.booleans())
def test_no_alarm_is_lost_and_everything_that_sets_it_aside_can_end(story: list[Act], latching: bool) -> None:
    """Whatever happens in whatever order: a condition that holds is an open alarm that is not normal beneath, nobody's silence
    takes it away, and what set it aside can always end, with what is active then waiting for somebody.
    """
    standing, holds = Standing(NO), False
    for act in story:
        after = transition(standing, act, latching=latching)
        if isinstance(after, Standing):
            standing = after
        holds = True if act in (Act.RAISE, Act.ESCALATE) else False if act is Act.CLEAR else holds
        living = standing.beneath or standing.state
        assert (living in ACTIVE) == holds
        assert (standing.beneath is not None) == (standing.state in SET_ASIDE)
        if standing.state in ENDS:
            back = transition(standing, ENDS[standing.state], latching=latching)
            assert isinstance(back, Standing)
            assert back.beneath is None
            assert not holds or back.state in UNACKNOWLEDGED


@pytest.fixture
def alarm(district: list[int]) -> Alarm:
    apply(detection())
    return Alarm.objects.get()


def apply(*detections: Detection) -> None:
    apply_detections(detections=detections, now=NOW)


def in_hours(hours: float) -> datetime:
    moment: datetime = settings.CONFIGURATION.clock.now() + timedelta(hours=hours)
    return moment


@pytest.mark.django_db
def test_a_shelf_until_it_is_gone_ends_with_the_condition_and_at_the_latest_by_the_clock(alarm: Alarm, officer: User) -> None:
    acts.shelve_alarm(actor=officer, alarm_id=alarm.pk, once=True, reason="the pump is being changed")
    shelved = Alarm.objects.get()
    assert (shelved.state, shelved.shelved_once) == (SH, True)
    assert shelved.shelved_until is not None
    apply(detection("clear"))
    gone = Alarm.objects.get()
    assert (gone.state, gone.shelved_once, gone.shelved_until) == (RU, False, None)
    assert list(gone.entries.order_by("written_at", "id").values_list("act", flat=True))[-2:] == ["cleared", "unshelved"]
    with pytest.raises(Conflict, match="nothing to wait for"):
        acts.shelve_alarm(actor=officer, alarm_id=alarm.pk, once=True, reason="again")


@pytest.mark.django_db
def test_a_shelf_without_an_end_is_refused(alarm: Alarm, officer: User) -> None:
    with pytest.raises(InvalidInput, match="until when"):
        acts.shelve_alarm(actor=officer, alarm_id=alarm.pk, reason="works")


@pytest.mark.django_db
def test_what_was_done_is_confirmed_and_a_new_alarm_takes_it_back(alarm: Alarm, officer: User) -> None:
    with pytest.raises(Conflict, match="Acknowledge"):
        acts.confirm_alarm(actor=officer, alarm_id=alarm.pk, done="valve closed")
    acts.acknowledge_alarm(actor=officer, alarm_id=alarm.pk)
    assert search_alarms(officer, state="unconfirmed").count() == 1
    done = acts.confirm_alarm(actor=officer, alarm_id=alarm.pk, done="valve closed")
    assert (done.confirmed_by, done.lapses_at) == (officer, None)
    assert not search_alarms(officer, state="unconfirmed").exists()
    with pytest.raises(Conflict, match="already been confirmed"):
        acts.confirm_alarm(actor=officer, alarm_id=alarm.pk, done="again")
    apply(detection("escalate", AlarmLevel.RED, value=60.0))
    assert Alarm.objects.get().confirmed_at is None


@pytest.mark.django_db
def test_out_of_service_ends_by_the_clock_and_stays_while_its_sensor_is_disabled(alarm: Alarm, officer: User) -> None:
    with pytest.raises(InvalidInput, match="at most"):
        acts.take_out_of_service(actor=officer, alarm_id=alarm.pk, until=in_hours(24 * 31), reason="repair")
    until = in_hours(2)
    acts.take_out_of_service(actor=officer, alarm_id=alarm.pk, until=until, reason="repair")
    assert Alarm.objects.get().state == OUT
    assert next_clock(in_hours(0)) == until
    clocks.follow_service(now=in_hours(1))
    assert Alarm.objects.get().state == OUT
    clocks.follow_service(now=until)
    back = Alarm.objects.get()
    assert (back.state, back.suppressed_until, back.entries.latest("written_at").at) == (AU, None, until)
    acts.take_out_of_service(actor=officer, alarm_id=alarm.pk, until=until, reason="repair")
    sensor = visible_sensors(officer).get(pk=alarm.sensor_id)
    edit_sensor(actor=system_actor(), sensor_id=sensor.pk, changes={"enabled": False})
    clocks.follow_service(now=until)
    disabled = Alarm.objects.get()
    assert (disabled.state, disabled.suppressed_until) == (OUT, None)
    with pytest.raises(Conflict, match="disabled"):
        acts.return_to_service(actor=officer, alarm_id=alarm.pk)


@pytest.mark.django_db
def test_the_drawer_and_programs_do_it(alarm: Alarm, officer: User) -> None:
    client, at = signed_in(officer), f"/api/v1/warning/alarms/{alarm.pk}"
    page = client.post(f"/alarms/{alarm.pk}/shelve/", {"minutes": "30", "once": "yes", "reason": "works"}, headers=HTMX)
    assert "until it is gone, at the latest" in " ".join(page.content.decode().split())
    assert client.get(at).json()["shelved_once"] is True
    client.post(f"{at}/unshelve", {}, content_type="application/json")
    client.post(f"{at}/acknowledge", {}, content_type="application/json")
    page = client.post(f"/alarms/{alarm.pk}/confirm/", {"done": "valve closed"}, headers=HTMX)
    assert "Confirmed what was done: valve closed" in page.content.decode()
    given = {"until": in_hours(3).isoformat(), "reason": "repair"}
    out = client.post(f"{at}/out-of-service", given, content_type="application/json").json()
    assert (out["state"], out["suppressed_reason"]) == ("out_of_service", "repair")
    assert client.post(f"{at}/return-to-service", {}, content_type="application/json").json()["state"] == AU
    assert client.get("/alarms/?state=unconfirmed").status_code == 200
