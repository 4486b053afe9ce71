"""Keys for enrolment: so many devices until a moment, each with a secret of its own; what is refused says why."""

import json
from collections.abc import Callable, Coroutine
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.clocks import standing
from tests.languages import english as english
from tests.people import LICANG, ZHIFU, make_person, signed_in
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.time import datetime_from_ms
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights.models import Grant
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.rules import NewDevice, NewSensor, digest_of
from tocsin.sensing.devices.services import registering
from tocsin.sensing.doors.services import enrolling
from tocsin.sensing.doors.services.enrolling import enrol
from tocsin.sensing.doors.services.logins import LoginBrake
from tocsin.sensing.onboarding.models import EnrolmentKey
from tocsin.sensing.onboarding.services.enrolment import (
    Asked,
    NewKey,
    UnknownKey,
    enrol_device,
    make_key,
    revoke_key,
)

pytestmark = pytest.mark.django_db

AT = datetime_from_ms(1_764_000_000_000)
ADDRESS = "192.0.2.7"


@pytest.fixture(autouse=True)
def _english(english: None) -> None:
    ensure_regions()


@pytest.fixture
def engineer() -> User:
    sensors = [
        NewSensor(device_code="MODEL", channel="ch4", quantity="methane", unit="pct_vol", lon=120.4, lat=36.1, alarm_high=25),
        NewSensor(device_code="MODEL", channel="temp", quantity="temperature", lon=120.4, lat=36.1, interval_s=300),
    ]
    registering.register_many(actor=system_actor(), devices=[NewDevice(code="MODEL", region_code=LICANG)], sensors=sensors)
    return make_person("rule_engineer", LICANG)


def key_of(by: User, **fields: Any) -> tuple[EnrolmentKey, str]:
    told: dict[str, Any] = {"name": "第一标段", "region_code": LICANG, "most": 2, "days": 7, "like_code": "MODEL", **fields}
    return make_key(actor=by, new=NewKey(**told), now=AT)


def asked(key: str, code: str = "W-1", **fields: Any) -> Asked:
    return Asked(key=key, code=code, **{"lon": 120.41, "lat": 36.15, **fields})


def enrolled(key: str, code: str = "W-1", **fields: Any) -> str:
    return enrol_device(asked=asked(key, code, **fields), address=ADDRESS, now=AT).secret


def test_a_device_gets_a_secret_and_the_channels_of_its_model(engineer: User) -> None:
    made, text = key_of(engineer)
    secret = enrolled(text)
    device = Device.objects.get(code="W-1")
    assert (device.secret_sha256, device.region_code) == (digest_of(secret), LICANG)
    channels = (
        Sensor.objects.filter(device=device).order_by("channel").values_list("channel", "unit", "alarm_high", "interval_s", "lon")
    )
    assert list(channels) == [("ch4", "pct_vol", 25, 60, 120.41), ("temp", "", None, 300, 120.41)]
    made.refresh_from_db()
    assert made.used == 1
    entry = AuditEntry.objects.get(action="device.enrolled")
    assert (entry.actor_id, entry.details["address"]) == (engineer.pk, ADDRESS)
    kept = json.dumps(list(AuditEntry.objects.values_list("details", flat=True)))
    assert text not in kept
    assert secret not in kept


def test_a_key_without_a_model_registers_devices_alone_and_a_place_of_its_own_is_taken(engineer: User) -> None:
    _made, plain = key_of(engineer, like_code="")
    enrolled(plain, "G-1", lon=None, lat=None)
    assert not Sensor.objects.filter(device__code="G-1").exists()
    _made, placed = key_of(engineer, lon=120.5, lat=36.2)
    enrolled(placed, "W-1", lon=None, lat=None)
    assert set(Sensor.objects.filter(device__code="W-1").values_list("lon", "lat")) == {(120.5, 36.2)}


def test_the_same_request_again_gives_another_secret_until_the_device_was_heard(engineer: User) -> None:
    made, text = key_of(engineer, most=1)
    first = enrolled(text)
    second = enrolled(text)
    assert first != second
    assert Device.objects.get(code="W-1").secret_sha256 == digest_of(second)
    made.refresh_from_db()
    assert made.used == 1
    Device.objects.filter(code="W-1").update(messages=1)
    with pytest.raises(Conflict, match="taken"):
        enrolled(text)


def spoil(name: str, made: EnrolmentKey, by: User) -> dict[str, Any]:
    """Brings the key or the request into that state."""
    match name:
        case "revoked":
            revoke_key(actor=by, key_id=made.pk, now=AT)
        case "expired":
            EnrolmentKey.objects.filter(pk=made.pk).update(until=AT)
        case "used up":
            EnrolmentKey.objects.filter(pk=made.pk).update(used=2)
        case "its maker left":
            Grant.objects.filter(user=by).delete()
        case "taken code":
            return {"code": "MODEL"}
        case "code of another":
            return {"code": "a b"}
        case "prefix":
            EnrolmentKey.objects.filter(pk=made.pk).update(code_prefix="LC-")
        case "no place":
            return {"lon": None}
    return {}


REFUSED = {
    "revoked": (NotAllowed, "revoked"),
    "expired": (NotAllowed, "expired"),
    "used up": (NotAllowed, "as many devices"),
    "its maker left": (NotAllowed, "no longer manages"),
    "taken code": (Conflict, "taken"),
    "code of another": (InvalidInput, "device code"),
    "prefix": (InvalidInput, "LC-"),
    "no place": (InvalidInput, "where is it"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why_and_stands_with_the_key(engineer: User, name: str) -> None:
    kind, words = REFUSED[name]
    made, text = key_of(engineer)
    given = spoil(name, made, engineer)
    before = EnrolmentKey.objects.get(pk=made.pk).used
    with pytest.raises(kind, match=words):
        enrolled(text, **given)
    made.refresh_from_db()
    assert (made.used, made.refused) == (before, 1)
    assert words in str(made.refused_why)
    assert not Device.objects.filter(code="W-1").exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "name"),
        ({"most": 0}, "1 to"),
        ({"most": 501}, "500"),
        ({"days": 91}, "90"),
        ({"like_code": "NONE"}, "no device NONE"),
        ({"code_prefix": "-x"}, "-x"),
        ({"lon": 120.0}, "longitude and latitude"),
        ({"lon": 220.0, "lat": 36.0}, "220"),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(engineer: User, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        key_of(engineer, **fields)
    assert not EnrolmentKey.objects.exists()


def test_keys_stay_within_the_region(engineer: User) -> None:
    with pytest.raises(NotAllowed):
        key_of(engineer, region_code=ZHIFU)
    registering.register_device(actor=system_actor(), code="FAR", name="", region_code=ZHIFU)
    with pytest.raises(InvalidInput):
        key_of(engineer, like_code="FAR")
    made, _text = key_of(engineer)
    elsewhere = signed_in(make_person("rule_engineer", ZHIFU))
    assert elsewhere.get(f"/sensing/enrolment-keys/{made.pk}/").status_code == 404
    assert elsewhere.post(f"/api/v1/sensing/enrolment-keys/{made.pk}/revoke").status_code == 404
    assert signed_in(make_person("viewer", LICANG)).get("/sensing/enrolment-keys/").status_code == 403
    with pytest.raises(UnknownKey):
        enrolled("0" * 48)


class Hall:
    """What the door has of a gatehouse for who enrols."""

    def __init__(self) -> None:
        self.brake, self.clock, self.policy, self.ledger = LoginBrake(policy().login), standing(AT), policy(), self
        self.thread: Any = None
        self.aside: list[str] = []

    def set_aside(self, code: str, _door: str, fault: Any) -> None:
        assert code == ""
        self.aside.append(fault.sample)


class Loop:
    """An event loop that does the work at once, where the test's transaction is seen."""

    async def run_in_executor[T](self, _thread: object, work: Callable[..., T], *values: object) -> T:
        return work(*values)


def run[T](work: Coroutine[Any, Any, T]) -> T:
    """What the coroutine answers; it waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        return cast("T", done.value)
    raise AssertionError("it waits")


def post(hall: Hall, body: object, at_s: float = 0.0) -> tuple[int, dict[str, Any]]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return run(enrol(hall, "http", content, ADDRESS, at_s))  # type: ignore[arg-type]  # as far as it is asked


def test_answers_over_http_and_the_brake_against_guesses(engineer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolling, "asyncio", SimpleNamespace(get_running_loop=Loop))
    hall = Hall()
    made, text = key_of(engineer)
    body = {"key": text, "code": "W-1", "lon": 120.41, "lat": 36.15}
    status, document = post(hall, body)
    assert status == 201, document
    assert (status, document["topic"], document["channels"]) == (201, "tocsin/W-1/readings", ["ch4", "temp"])
    assert digest_of(str(document["secret"])) == Device.objects.get(code="W-1").secret_sha256
    assert post(hall, b"{")[0] == 400
    assert post(hall, {"key": text})[0] == 400
    assert post(hall, body | {"code": "MODEL"})[0] == 409
    revoke_key(actor=engineer, key_id=made.pk, now=AT)
    status, document = post(hall, body)
    assert (status, document["message"]) == (403, "this key was revoked; ask for another one")
    most = policy().login.failures_per_device_and_address
    assert [post(hall, body | {"key": "guess"})[0] for _ in range(most + 1)] == [401] * most + [429]
    assert hall.aside == ["W-1"] * most
    assert post(hall, body)[0] == 429, "also a right one, from there"
    assert post(hall, body, policy().login.window_s + 1)[0] == 403


def test_the_page_shows_the_key_once_and_what_came_of_it(engineer: User) -> None:
    browser = signed_in(engineer)
    form = {"name": "Line 3", "region_code": LICANG, "most": "5", "days": "7", "like": "MODEL", "code_prefix": "L3-"}
    answer = browser.post("/sensing/enrolment-keys/make/", form)
    assert answer.status_code == 200
    made = EnrolmentKey.objects.get()
    assert made.until - made.made_at == timedelta(days=7)
    page = answer.content.decode()
    assert "/v1/enrol -d" in page
    text = next(one for one in page.replace("<", " ").replace(">", " ").split() if digest_of(one) == made.key_sha256)
    address = f"/sensing/enrolment-keys/{made.pk}/"
    assert text not in browser.get(address).content.decode()
    enrol_device(asked=asked(text, "L3-1"), address=ADDRESS, now=made.made_at)
    with pytest.raises(InvalidInput):
        enrol_device(asked=asked(text, "X-1"), address=ADDRESS, now=made.made_at)
    shown = browser.get(address).content.decode()
    assert "L3-1" in shown
    assert ADDRESS in shown
    assert "must begin with" in shown
    assert "revoked" in browser.post(f"{address}revoke/", follow=True).content.decode()
    assert browser.post("/sensing/enrolment-keys/make/", form | {"most": "x"}).status_code == 400


def test_programs_make_keys_and_read_who_came(engineer: User) -> None:
    client = signed_in(engineer)
    given = {"name": "x", "region_code": LICANG, "most": 2, "days": 1, "device_code": "MODEL"}
    answer = client.post("/api/v1/sensing/enrolment-keys", json.dumps(given), content_type="application/json")
    assert answer.status_code == 201
    made = answer.json()
    assert made["key"]["state"] == "open"
    key = EnrolmentKey.objects.get()
    enrol_device(asked=asked(made["text"]), address=ADDRESS, now=key.made_at)
    (one,) = client.get(f"/api/v1/sensing/enrolment-keys/{key.pk}/devices").json()
    assert one["code"] == "W-1"
    assert client.post(f"/api/v1/sensing/enrolment-keys/{key.pk}/revoke").json()["state"] == "revoked"
    assert client.get("/api/v1/sensing/enrolment-keys").json()[0]["used"] == 1
