"""What rules and persons say of readings: over history, charts, programs and SensorThings; what was sent stays."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, SHINAN, make_person, signed_in
from tests.sensing.things.city import NOON
from tests.sensing.things.filled import city as city
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.time import datetime_from_ms
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.health.services import set_health
from tocsin.sensing.history.queries.readings import history, readings_of
from tocsin.sensing.trust.models import QualityMark
from tocsin.sensing.trust.queries import as_believed, doubts_of
from tocsin.sensing.trust.rules import DoubtKind, Mark, MarkQuality, believed, overlaid
from tocsin.sensing.trust.services import mark_readings, record_calibration, tell_calibrations, withdraw_mark

pytestmark = pytest.mark.django_db

MINUTE = 60_000
NOW = datetime_from_ms(NOON + 300 * MINUTE)
LOCAL_DAY = date(2025, 11, 9)


@pytest.fixture(autouse=True)
def _now(english: None, city: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def engineer(city: dict[str, str]) -> User:
    return make_person("rule_engineer", LICANG)


def at(minute: float) -> datetime:
    return datetime_from_ms(NOON + round(minute * MINUTE))


def well() -> Sensor:
    return Sensor.objects.get(index=0)


def mark(by: User, first: float, last: float | None, quality: MarkQuality = MarkQuality.SUSPECT, **fields: Any) -> QualityMark:
    ends = None if last is None else at(last)
    told = {"reason": "water in the well", **fields}
    return mark_readings(actor=by, sensor_id=well().pk, begins=at(first), ends=ends, quality=quality, now=NOW, **told)


def shown(by: User, minutes: int = 6) -> dict[str, list[Any]]:
    return readings_of(by, well().pk, NOON, NOON + minutes * MINUTE, 1000)


def test_marks_lie_over_the_history_and_what_was_sent_stands_beside(engineer: User) -> None:
    before = shown(engineer)
    assert (before["quality"][2:5], before["sent"], before["marks"]) == ([0, 0, 0], [], [])
    mark(engineer, 2, 4)
    mark(engineer, 3, 4, MarkQuality.REPLACED, value=9.5)
    mark(engineer, 4, None, MarkQuality.BAD)
    after = shown(engineer)
    assert after["quality"][2:6] == [1, 3, 2, 2]
    assert after["value"][3] == 9.5
    assert after["sent"] == before["value"]
    assert after["value"][4] == before["value"][4]
    assert [one["quality"] for one in after["marks"]] == [1, 3, 2]
    assert [one["to_ms"] for one in after["marks"]][-1] is None
    kept = history().read([0], NOON, NOON + 6 * MINUTE)
    assert kept.quality[2:6].tolist() == [0, 0, 0, 0]
    known = as_believed(kept, NOON, NOON + 6 * MINUTE)
    assert known.quality[2:6].tolist() == [1, 0, 2, 2]
    assert known.value[3] == 9.5


def test_a_persons_word_stands_over_a_rule_until_it_is_withdrawn(engineer: User) -> None:
    set_health(found={0: ("stuck", at(1))})
    assert shown(engineer)["quality"][1:4] == [1, 1, 1]
    made = mark(engineer, 2, 3, MarkQuality.GOOD)
    assert shown(engineer)["quality"][1:4] == [1, 0, 1]
    set_health(found={0: ("noisy", at(3))})
    set_health(found={0: ("good", at(4))})
    assert shown(engineer)["quality"][1:6] == [1, 0, 1, 0, 0]
    assert set(QualityMark.objects.exclude(rule="").values_list("rule", "to_ms")) == {
        ("stuck", NOON + 3 * MINUTE),
        ("noisy", NOON + 4 * MINUTE),
    }
    withdraw_mark(actor=engineer, mark_id=made.pk, reason="mistaken", now=NOW)
    assert shown(engineer)["quality"][2] == 1
    with pytest.raises(Conflict, match="already"):
        withdraw_mark(actor=engineer, mark_id=made.pk, reason="again", now=NOW)
    with pytest.raises(Conflict, match="rule"):
        withdraw_mark(actor=engineer, mark_id=QualityMark.objects.filter(rule="stuck").get().pk, reason="no", now=NOW)
    acts = AuditEntry.objects.filter(action__startswith="readings.").order_by("at").values_list("action", flat=True)
    assert list(acts) == ["readings.marked", "readings.mark_withdrawn"]


WRONG = {
    "no reason": ({"reason": ""}, "why"),
    "ahead": ({"first": 400}, "past"),
    "backwards": ({"first": 4, "last": 3}, "before"),
    "a value without replacing": ({"value": 1.0}, "only where"),
    "replaced by nothing": ({"quality": MarkQuality.REPLACED}, "between"),
    "replaced by the impossible": ({"quality": MarkQuality.REPLACED, "value": 1e9}, "between"),
    "replaced for long": ({"quality": MarkQuality.REPLACED, "value": 1.0, "last": 100}, "3600 seconds"),
    "replaced for ever": ({"quality": MarkQuality.REPLACED, "value": 1.0, "last": None}, "3600 seconds"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_makes_no_sense_is_refused(engineer: User, name: str) -> None:
    fields, words = WRONG[name]
    with pytest.raises(InvalidInput, match=words):
        mark(engineer, **{"first": 2, "last": 4, **fields})  # type: ignore[arg-type]
    assert not QualityMark.objects.exists()


def test_only_who_manages_the_sensor_marks_it(engineer: User) -> None:
    with pytest.raises(NotAllowed):
        mark(make_person("viewer", LICANG), 2, 4)
    elsewhere = signed_in(make_person("rule_engineer", SHINAN))
    body = {"begins": at(2).isoformat(), "quality": "bad", "reason": "x"}
    address = f"/api/v1/sensing/sensors/{well().pk}/marks"
    assert elsewhere.post(address, json.dumps(body), content_type="application/json").status_code == 404
    assert elsewhere.get(f"/sensing/sensors/{well().pk}/trust/").status_code == 404


def test_sensor_things_tell_the_quality(engineer: User) -> None:
    mark(engineer, 2, 3)
    mark(engineer, 3, 4, MarkQuality.REPLACED, value=9.5)
    client = signed_in(engineer)
    address = "/sensorthings/v1.1/Datastreams(0)/Observations"
    told = client.get(address, {"$orderby": "phenomenonTime", "$top": "5"}).json()["value"]
    assert [one["resultQuality"] for one in told[1:5]] == ["good", "suspect", "replaced", "good"]
    assert told[3]["result"] == 9.5
    wanted = {"$filter": "resultQuality eq 'replaced'"}
    assert [one["result"] for one in client.get(address, wanted).json()["value"]] == [9.5]


def test_the_page_marks_withdraws_and_calibrates(engineer: User) -> None:
    browser = signed_in(engineer)
    page = f"/sensing/sensors/{well().pk}/trust/"
    form = {"begins": "2025-11-08T20:02:00", "ends": "", "quality": "suspect", "value": "", "reason": "water"}
    assert "are marked" in browser.post(f"{page}mark/", form, follow=True).content.decode()
    made = QualityMark.objects.get()
    assert "lies before" in browser.post(f"{page}mark/", form | {"ends": "2025-11-08T20:01:00"}, follow=True).content.decode()
    shown = browser.post(f"{page}{made.pk}/withdraw/", {"reason": "dry again"}, follow=True).content.decode()
    assert "dry again" in shown
    shown = browser.post(f"{page}calibration/", {"day": "2025-11-01", "due": ""}, follow=True).content.decode()
    assert "2026-11-01" in shown
    viewer = signed_in(make_person("viewer", LICANG))
    assert "m-begins" not in viewer.get(page).content.decode()
    assert "Trust in its readings" in viewer.get(f"/sensing/sensors/{well().pk}/").content.decode()


def test_programs_mark_and_calibrate(engineer: User) -> None:
    client = signed_in(engineer)
    base = f"/api/v1/sensing/sensors/{well().pk}"

    def post(address: str, **body: object) -> Any:
        return client.post(address, json.dumps(body), content_type="application/json")

    made = post(f"{base}/marks", begins=at(2).isoformat(), quality="bad", reason="flooded")
    assert made.status_code == 201
    assert post(f"{base}/marks", begins="2025-11-08T12:00:00", quality="bad", reason="no zone").status_code == 422
    gone = post(f"/api/v1/sensing/marks/{made.json()['id']}/withdraw", reason="dry")
    assert gone.json()["withdrawn_reason"] == "dry"
    assert len(client.get(f"{base}/marks").json()) == 1
    assert post(f"{base}/calibration", day="2024-11-01").json()["state"] == "overdue"
    (due,) = client.get("/api/v1/sensing/calibrations").json()
    assert due["calibration_due"] == "2025-11-01"


def test_an_overdue_calibration_makes_readings_suspect_until_the_next_and_afterwards_too(engineer: User) -> None:
    sensor = well()
    record_calibration(actor=engineer, sensor_id=sensor.pk, day=date(2024, 11, 7), due=None, now=NOW)
    assert set(shown(engineer)["quality"][1:]) == {1}
    assert doubts_of([sensor.pk], NOW)[sensor.pk].kind is DoubtKind.CALIBRATION
    mark(engineer, 0, None, MarkQuality.GOOD, reason="compared with a second one")
    assert doubts_of([sensor.pk], NOW) == {}
    QualityMark.objects.all().delete()
    record_calibration(actor=engineer, sensor_id=sensor.pk, day=LOCAL_DAY, due=None, now=NOW)
    assert doubts_of([sensor.pk], NOW) == {}
    made = QualityMark.objects.get()
    assert (made.rule, made.to_ms is not None) == ("calibration", True)


@pytest.mark.parametrize(
    ("day", "due", "words"),
    [
        (LOCAL_DAY + timedelta(days=2), None, "once it was done"),
        (LOCAL_DAY, LOCAL_DAY - timedelta(days=1), "before it was done"),
    ],
)
def test_a_calibration_that_can_not_be_is_refused(engineer: User, day: date, due: date | None, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        record_calibration(actor=engineer, sensor_id=well().pk, day=day, due=due, now=NOW)
    temperature = Sensor.objects.get(index=1)
    with pytest.raises(InvalidInput, match="no interval"):
        record_calibration(actor=engineer, sensor_id=temperature.pk, day=LOCAL_DAY, due=None, now=NOW)


def test_what_is_due_is_listed_and_told_once_a_week(engineer: User) -> None:
    Sensor.objects.filter(index=0).update(calibration_due=LOCAL_DAY - timedelta(days=3))
    Sensor.objects.filter(index=2).update(calibration_due=LOCAL_DAY + timedelta(days=3))
    Sensor.objects.filter(index=1).update(calibration_due=LOCAL_DAY + timedelta(days=300))
    tell_calibrations(now=NOW)
    tell_calibrations(now=NOW + timedelta(hours=1))
    (notice,) = Notice.objects.filter(person=engineer)
    assert (notice.figures["overdue"], notice.figures["due"]) == (1, 1)
    page = signed_in(engineer).get("/sensing/calibrations/").content.decode()
    assert "Gas O&#x27;Neill" in page
    assert "well-2" in page
    assert "temperature" not in page
    inbox = signed_in(engineer).get("/notices/").content.decode()
    assert "calibration is overdue" in inbox
    assert "well-1" in signed_in(engineer).get("/sensing/calibrations/?format=csv").content.decode()


SPANS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 20), st.integers(0, 20), st.sampled_from(MarkQuality), st.booleans()), max_size=6
)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), max_size=30, unique=True), SPANS)
def test_overlaid_as_one_by_one(rows: list[tuple[int, int]], spans: list[tuple[int, int, int, MarkQuality, bool]]) -> None:
    rows.sort()
    sent = Readings.of([one[0] for one in rows], [one[1] for one in rows], [float(one[1]) for one in rows])
    marks = [
        Mark(sensor, min(a, b), max(a, b), quality, 99.0, by_person=by or quality is MarkQuality.REPLACED)
        for sensor, a, b, quality, by in spans
    ]
    found = overlaid(sent, marks)
    for place, (sensor, ts) in enumerate(rows):
        over = [one for one in marks if one.sensor == sensor and one.from_ms <= ts < one.to_ms]
        words = [one for one in over if one.by_person]
        rules = max((int(one.quality) for one in over if not one.by_person), default=0)
        assert found.quality[place] == (words[-1].quality if words else rules)
    assert set(believed(found).quality.tolist()) <= {0, 1, 2}
