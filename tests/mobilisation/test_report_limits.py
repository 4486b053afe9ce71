"""Who sends too much is held back by address and by phone, and by nothing that tells who it is."""

from collections.abc import Iterator

import msgspec
import pytest
from django.test import Client

from tests.languages import english as english
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.views import public
from tocsin.screens.budgets.buckets import Rate

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("english")]

HOME, NEIGHBOUR, ELSEWHERE = "2001:db8:1:2::7", "2001:db8:1:2::8", "203.0.113.9"
ADDRESSES = ("/hazard/similar", "/hazard/follow", "/hazard/rewards", "/hazard/reports", "/hazard/photos")


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Four at once from an address, two from a phone, and hardly anything later."""
    whole = report_policy()
    limits = msgspec.structs.replace(whole.intake, of_address=Rate(0.001, 4.0), of_device=Rate(0.001, 2.0))
    monkeypatch.setattr(public, "report_policy", lambda: msgspec.structs.replace(whole, intake=limits))
    for one in (public._addresses, public._devices):
        one.clear()
    yield
    for one in (public._addresses, public._devices):
        one.clear()


def asks(address: str, *, device: str = "", path: str = "/hazard/similar", number: str = "") -> int:
    headers = {"X-Device": device} if device else {}
    sent = {"number": number, "secret": "x"} if number else {"kind": "breach", "text": "t"}
    return Client(REMOTE_ADDR=address, headers=headers).post(path, sent, content_type="application/json").status_code


def test_an_address_is_held_back_whatever_its_phones_call_themselves() -> None:
    told = [asks(HOME, device=f"phone {n}") for n in range(5)]
    assert 429 not in told[:4] and told[4] == 429
    assert asks(NEIGHBOUR) == 429, "of one network: a new address of the same house is no new one"
    assert asks(ELSEWHERE) != 429


def test_a_phone_is_held_back_wherever_it_is() -> None:
    assert [asks(one, device="mine") == 429 for one in (HOME, ELSEWHERE, "198.51.100.4")] == [False, False, True]
    assert asks("198.51.100.4", device="another") != 429


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_address_for_everybody_counts(path: str) -> None:
    assert [asks(ELSEWHERE, path=path) == 429 for _ in range(5)] == [False] * 4 + [True]


def test_nothing_is_counted_by_report_or_person() -> None:
    """The same number from ever other addresses is not held back: the check sign and the secret's length are what guards it."""
    asked = {asks(f"203.0.{n}.1", number="370213-20261128-R0001", path="/hazard/follow") for n in range(6)}
    assert 429 not in asked
    names = [*public._addresses._left, *public._devices._left]
    assert len(names) == 6 and not any("R0001" in name for name in names)
