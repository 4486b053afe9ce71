"""Planned works and silences as they are lived: entered, explaining alarms, confirmed by a second person, over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.clocks import stand_at
from tests.people import LICANG, make_person, signed_in
from tests.warning.district import NOW, detection
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.warning.alarms.loops import keep_clocks
from tocsin.warning.alarms.models import Alarm, AlarmEntry, DiagnosisTask
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.alarms.services import acts, covered
from tocsin.warning.alarms.services.detections import apply_detections
from tocsin.warning.covers import queries
from tocsin.warning.covers.models import Cover
from tocsin.warning.covers.rules import CoverKind
from tocsin.warning.covers.services import covers as services
from tocsin.warning.covers.services.covers import NewCover
from tocsin.warning.covers.services.imports import import_covers
from tocsin.warning.covers.shown.waiting import to_confirm

pytestmark = pytest.mark.django_db

CALIBRATION = NewCover(
    kind=CoverKind.CALIBRATION,
    what="calibration of the gas sensors",
    region_code=LICANG,
    begins_at=NOW - timedelta(hours=1),
    ends_at=NOW + timedelta(hours=2),
    who="instrument crew",
    contact="0532-1",
    device_code="WELL-1",
)

type Rang = Callable[..., Alarm]


def minutes_later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def rang(district: list[int]) -> Rang:
    def at_minute(minute: float, edge: str = "raise", level: AlarmLevel = AlarmLevel.ORANGE, *, sensor: int = 0) -> Alarm:
        moment = minutes_later(minute)
        one = detection(edge, level, sensor=sensor, ts=ms_from_datetime(moment), latching=sensor in (0, 3))
        apply_detections(detections=[one], now=moment)
        return Alarm.objects.filter(sensor__index=sensor).latest("raised_at")

    return at_minute


def enter(actor: User, new: NewCover = CALIBRATION, **changed: object) -> Cover:
    return services.enter_cover(actor=actor, new=replace(new, **changed), now=NOW)


def test_an_announced_calibration_is_marked_and_silent_and_over_by_itself(rang: Rang, officer: User) -> None:
    cover = enter(officer)
    alarm = rang(1)
    assert (alarm.state, alarm.cover, alarm.value) == (AlarmState.SUPPRESSED, cover, 27.0)
    assert [one.act for one in alarm.entries.all()] == ["raised", "covered", "silenced"]
    assert not DiagnosisTask.objects.exists()
    rang(5, "clear")
    assert covered.follow_covers(now=minutes_later(60)) == 0
    assert covered.follow_covers(now=cover.ends_at) == 1
    alarm.refresh_from_db()
    assert alarm.state == AlarmState.NORMAL
    assert alarm.entries.latest("written_at").act == "retired"


def test_what_still_holds_at_the_end_rings(rang: Rang, officer: User) -> None:
    cover = enter(officer)
    alarm = rang(1)
    keep_clocks(now=cover.ends_at)
    alarm.refresh_from_db()
    assert alarm.state == AlarmState.ACTIVE_UNACKNOWLEDGED
    assert DiagnosisTask.objects.filter(alarm=alarm, reason="raised").exists()
    assert covered.follow_covers(now=cover.ends_at) == 0


def test_red_gas_rings_until_a_second_person_has_confirmed(rang: Rang, officer: User) -> None:
    cover = enter(officer)
    rang(1)
    alarm = rang(2, "escalate", AlarmLevel.RED)
    assert alarm.state == AlarmState.ACTIVE_UNACKNOWLEDGED
    with pytest.raises(Conflict):
        services.confirm_cover(actor=officer, cover_id=cover.pk, now=NOW)
    leader = make_person("shift_leader")
    leader.token_scopes = ("alarms.see", "alarms.handle")
    with pytest.raises(NotAllowed):
        services.confirm_cover(actor=leader, cover_id=cover.pk, now=NOW)
    leader.token_scopes = None
    services.confirm_cover(actor=leader, cover_id=cover.pk, now=NOW)
    keep_clocks(now=minutes_later(3))
    alarm.refresh_from_db()
    assert (alarm.state, alarm.level) == (AlarmState.SUPPRESSED, AlarmLevel.RED)


def test_maintenance_lowers_and_the_level_comes_back(rang: Rang, officer: User) -> None:
    cover = enter(officer, kind=CoverKind.MAINTENANCE)
    alarm = rang(1, sensor=1)
    assert (alarm.state, alarm.level, alarm.detected_level) == (AlarmState.ACTIVE_UNACKNOWLEDGED, 1, 3)
    services.end_cover(actor=officer, cover_id=cover.pk, reason="done", now=minutes_later(10))
    assert covered.follow_covers(now=minutes_later(10)) == 1
    alarm.refresh_from_db()
    assert (alarm.level, alarm.peak_level) == (AlarmLevel.ORANGE, AlarmLevel.ORANGE)


def test_a_dig_is_said_and_changes_nothing(rang: Rang, officer: User) -> None:
    enter(officer, kind=CoverKind.DIGGING, device_code="", lon=120.4, lat=36.2, radius_m=50.0)
    alarm = rang(1)
    assert (alarm.state, alarm.level) == (AlarmState.ACTIVE_UNACKNOWLEDGED, AlarmLevel.ORANGE)
    assert alarm.cover is not None


def test_a_work_explains_nothing_that_rang_before_it_was_announced(rang: Rang, officer: User) -> None:
    alarm = rang(-5)
    enter(officer)
    assert covered.follow_covers(now=minutes_later(1)) == 0
    alarm.refresh_from_db()
    assert alarm.cover is None


def test_a_silence_takes_what_rings_already_and_ends_early(rang: Rang, officer: User) -> None:
    alarm = rang(-5)
    silence = enter(officer, kind=CoverKind.SILENCE, device_code="", quantities=["methane"], who="", contact="")
    assert covered.follow_covers(now=minutes_later(1)) == 1
    alarm.refresh_from_db()
    assert alarm.state == AlarmState.SUPPRESSED
    acts.suppress_alarm(actor=officer, alarm_id=alarm.pk, reason="I want to hear it", suppressed=False)
    assert covered.follow_covers(now=minutes_later(2)) == 0, "who wants to hear it hears it"
    services.end_cover(actor=officer, cover_id=silence.pk, reason="wrong street", now=minutes_later(3))
    with pytest.raises(Conflict):
        services.end_cover(actor=officer, cover_id=silence.pk, reason="again", now=minutes_later(4))


def test_what_a_body_outside_announces_only_marks_until_the_desk_confirms(rang: Rang, officer: User) -> None:
    desk = make_person("unit_desk", organisation="gas_company")
    cover = enter(desk)
    alarm = rang(1)
    assert (alarm.state, alarm.cover) == (AlarmState.ACTIVE_UNACKNOWLEDGED, cover)
    services.confirm_cover(actor=officer, cover_id=cover.pk, now=minutes_later(2))
    assert covered.follow_covers(now=minutes_later(2)) == 1
    assert Alarm.objects.get().state == AlarmState.SUPPRESSED
    with pytest.raises(NotAllowed):
        enter(desk, kind=CoverKind.SILENCE)


def test_the_desk_is_asked_for_the_second_person_and_no_longer_once_there_is_one(rang: Rang, officer: User) -> None:
    make_person("shift_leader", organisation="government_duty_room")
    cover = enter(officer)
    asked = Notice.objects.filter(purpose="planned_work", key__startswith=f"cover-{cover.pk}-asked")
    assert asked.count() == 1
    services.prolong_cover(actor=officer, cover_id=cover.pk, ends_at=minutes_later(300), reason="longer", now=minutes_later(5))
    assert asked.count() == 2


def test_the_second_person_finds_it_among_what_waits(rang: Rang, officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    leader, cover = make_person("shift_leader"), enter(officer)
    assert to_confirm(officer, NOW) == []
    assert to_confirm(leader, NOW) == [cover]
    [row] = [one for one in signed_in(leader).get("/api/v1/command/waiting").json() if one["kind"] == "cover"]
    assert row["address"] == f"/works/{cover.pk}/"
    services.confirm_cover(actor=leader, cover_id=cover.pk, now=NOW)
    assert to_confirm(leader, NOW) == []


REFUSED = {
    "a whole area": {"device_code": ""},
    "no end in the future": {"ends_at": NOW - timedelta(minutes=1)},
    "longer than the policy allows": {"ends_at": NOW + timedelta(days=20)},
    "an end before its begin": {"begins_at": NOW + timedelta(hours=5)},
    "nobody on site": {"who": "", "contact": ""},
    "nothing said": {"what": " "},
    "an unknown device": {"device_code": "NONE"},
    "an unknown object": {"asset_code": "NONE"},
    "an unknown quantity": {"quantities": ["courage"]},
    "hours without an end": {"from_time": "22:00"},
    "hours that are none": {"from_time": "late", "until_time": "04:00"},
    "a circle without a radius": {"radius_m": 30_000.0, "lon": 120.0, "lat": 36.0},
}


@pytest.mark.parametrize("changed", REFUSED.values(), ids=REFUSED)
def test_what_is_refused(district: list[int], officer: User, changed: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        enter(officer, **changed)
    assert not Cover.objects.exists()


def test_works_are_common_knowledge_and_silences_are_not(district: list[int], officer: User, stranger: User) -> None:
    enter(officer)
    enter(officer, kind=CoverKind.SILENCE)
    desk = make_person("unit_desk", organisation="gas_company")
    assert queries.visible_covers(officer).count() == 2
    assert [one.kind for one in queries.visible_covers(desk)] == ["calibration"]
    assert queries.visible_covers(stranger).count() == 0
    cover = Cover.objects.first()
    assert cover is not None
    with pytest.raises(Cover.DoesNotExist):
        services.end_cover(actor=stranger, cover_id=cover.pk, reason="x", now=NOW)
    with pytest.raises(NotAllowed):
        enter(stranger)


def test_a_table_is_taken_whole_or_not_at_all(district: list[int], officer: User) -> None:
    head = "类型,作业内容,开始时间,结束时间,作业单位,联系电话,设备编号\n"
    good = "标定,季度标定,2026-01-03 14:00,2026-01-03 18:00,仪表班,0532-1,WELL-1\n"
    bad = "跳舞,季度标定,2026-01-03 14:00,2026-01-03 18:00,仪表班,0532-1,WELL-1\n"
    report = import_covers(actor=officer, content=(head + good + bad).encode(), region_code=LICANG, now=NOW)
    assert (report.written, len(report.errors)) == (0, 1)
    assert "3" in report.errors[0]
    assert not Cover.objects.exists()
    assert import_covers(actor=officer, content=(head + good).encode("gb18030"), region_code=LICANG, now=NOW).written == 1
    assert Cover.objects.get().kind == "calibration"


def test_every_alarm_of_a_storm_is_covered_with_one_query(
    rang: Rang, officer: User, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    enter(officer)
    edges = [detection("raise" if k % 2 == 0 else "clear", ts=ms_from_datetime(NOW) + k) for k in range(50)]
    with django_assert_max_num_queries(42):  # type: ignore[attr-defined]  # a context manager of pytest-django
        apply_detections(detections=edges, now=NOW)
    assert AlarmEntry.objects.filter(act="silenced").count() == 1
