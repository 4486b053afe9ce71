"""Keys for enrolment that close while devices are missing are told, and renewed with one press."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.languages import english as english
from tests.people import make_person
from tocsin.base.errors import Conflict, InvalidInput, Refusal
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.notices.face import Notice
from tocsin.sensing.onboarding.models import EnrolmentKey
from tocsin.sensing.onboarding.rules.enrolment import CLOSED_KEYS, KeyState, lacks_devices
from tocsin.sensing.onboarding.services.enrolment import Asked, NewKey, enrol_device, make_key, renew_key, revoke_key
from tocsin.sensing.onboarding.services.telling import tell_closed_keys
from tocsin.sensing.onboarding.shown.notices import page, texts

LICANG = "370213"
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
DAY = timedelta(days=1)

LACKING = [
    ("expired, not all in", KeyState.EXPIRED, 2, 3, None, None, True),
    ("expired, all in", KeyState.EXPIRED, 3, 3, None, None, False),
    ("used up, nobody more", KeyState.USED_UP, 3, 3, NOW, None, False),
    ("used up, refused before the last came in", KeyState.USED_UP, 3, 3, NOW, NOW - DAY, False),
    ("used up, refused since", KeyState.USED_UP, 3, 3, NOW, NOW + DAY, True),
    ("open", KeyState.OPEN, 0, 3, None, NOW, False),
    ("revoked", KeyState.REVOKED, 0, 3, None, NOW, False),
]


@pytest.mark.parametrize("row", LACKING, ids=[row[0] for row in LACKING])
def test_which_keys_lack_devices(row: tuple[Any, ...]) -> None:
    _name, state, used, most, last_in, refused_at, expected = row
    assert lacks_devices(state, used=used, most=most, last_in=last_in, refused_at=refused_at) is expected


@pytest.fixture
def keeper(db: None) -> Any:
    ensure_regions()
    return make_person("rule_engineer", LICANG)


def made(keeper: Any, most: int = 2) -> tuple[EnrolmentKey, str]:
    new = NewKey(name="Nine Waters Road", region_code=LICANG, most=most, days=1)
    return make_key(actor=keeper, new=new, now=NOW)


def enrol(text: str, code: str, now: datetime = NOW) -> None:
    enrol_device(asked=Asked(key=text, code=code), address="192.0.2.7", now=now)


def notices() -> list[Notice]:
    return list(Notice.objects.filter(purpose=CLOSED_KEYS).order_by("key"))


def test_one_that_expires_with_devices_missing_is_told_once_and_renewed(keeper: Any) -> None:
    key, text = made(keeper)
    enrol(text, "well-1")
    tell_closed_keys(now=NOW)
    assert notices() == []
    for days in (1, 2, 3):
        tell_closed_keys(now=NOW + days * DAY)
    (told,) = notices()
    assert texts([told])[told.pk] == "The key for enrolment “Nine Waters Road” has expired: 1 of 2 devices are in."
    assert page(told) == f"/sensing/enrolment-keys/{key.pk}/"
    renew_key(actor=keeper, key_id=key.pk, days=2, more=0, now=NOW + 3 * DAY)
    told.refresh_from_db()
    assert told.fate == "superseded"
    enrol(text, "well-2", NOW + 4 * DAY)
    tell_closed_keys(now=NOW + 9 * DAY)
    assert len(notices()) == 1, "all are in"


def test_one_that_is_used_up_while_others_ask(keeper: Any) -> None:
    key, text = made(keeper, most=1)
    enrol(text, "well-1")
    tell_closed_keys(now=NOW)
    assert notices() == []
    with pytest.raises(Refusal):
        enrol(text, "well-2", NOW + timedelta(minutes=1))
    tell_closed_keys(now=NOW + timedelta(minutes=2))
    (told,) = notices()
    assert "is used up (1 devices), and further devices ask" in texts([told])[told.pk]
    renew_key(actor=keeper, key_id=key.pk, days=1, more=1, now=NOW + timedelta(minutes=3))
    enrol(text, "well-2", NOW + timedelta(minutes=4))
    key.refresh_from_db()
    assert (key.used, key.most) == (2, 2)


def test_what_can_not_be_renewed(keeper: Any) -> None:
    key, _text = made(keeper)
    with pytest.raises(InvalidInput, match="holds for 1 to"):
        renew_key(actor=keeper, key_id=key.pk, days=0, more=0, now=NOW)
    with pytest.raises(InvalidInput, match="lets in 1 to"):
        renew_key(actor=keeper, key_id=key.pk, days=1, more=10_000, now=NOW)
    revoke_key(actor=keeper, key_id=key.pk, now=NOW)
    with pytest.raises(Conflict, match="revoked"):
        renew_key(actor=keeper, key_id=key.pk, days=1, more=0, now=NOW)
    tell_closed_keys(now=NOW + 9 * DAY)
    assert notices() == [], "who revoked it knows"


def test_on_its_page_and_by_the_api(keeper: Any, client: Client) -> None:
    key, _text = made(keeper)
    client.force_login(keeper)
    client.cookies["django_language"] = "en"
    shown = client.post(f"/sensing/enrolment-keys/{key.pk}/renew/", {"days": "9", "more": "3"}, follow=True).content.decode()
    assert "The key is renewed" in shown
    address = f"/api/v1/sensing/enrolment-keys/{key.pk}/renew"
    answer = client.post(address, {"days": 9, "more": 1}, content_type="application/json").json()
    assert answer["most"] == 6
