"""Firms that register themselves: from a stranger's form to an account, each step refused to whom it does not belong."""

import re

import pytest
from django.test import Client

from tests.languages import english as english
from tests.people import LICANG, SHINAN, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.queries import people_without_password
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.supervision.applications.models import FirmApplication
from tocsin.supervision.applications.rules import ApplicationState
from tocsin.supervision.objects.models import SupervisedObject

pytestmark = pytest.mark.django_db

CODE = "91350100M000100Y43"
FORM = {
    "credit_code": CODE,
    "name": "Haiwan Chemicals",
    "region_code": LICANG,
    "trade": "chemicals",
    "address": "1 Harbour Road",
    "contact": "Wang",
    "telephone": "13800000000",
}


def receipt_of(page: str) -> str:
    found = re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", page)
    assert found is not None, page
    return found[0]


def ask(**changed: str) -> str:
    usual_bodies(LICANG)
    return Client(headers={"accept-language": "en"}).post("/firms/register/", {**FORM, **changed}).content.decode()


def stranger() -> Client:
    return Client(headers={"accept-language": "en"})


def keeper(region: str = LICANG) -> Client:
    return signed_in(make_person("supervisor", region))


def test_a_firm_registers_is_taken_in_and_signs_in() -> None:
    receipt = receipt_of(ask())
    made = FirmApplication.objects.get()
    assert Notice.objects.filter(purpose="firm_application").exists()
    client = keeper()
    assert "Haiwan Chemicals" in client.get("/firms/applications/").content.decode()
    assert "Firm that registers itself" in client.get("/waiting/").content.decode()
    client.post(f"/firms/applications/{made.pk}/approve/")
    made.refresh_from_db()
    assert made.state is ApplicationState.APPROVED
    firm = SupervisedObject.objects.get()
    assert (firm.credit_code, firm.organisation is not None) == (CODE, True)
    assert made.user is not None
    assert not made.user.has_usable_password()
    told = Notice.objects.get(purpose="firm_answer")
    assert ("sms", "13800000000") in {(one.channel, one.address) for one in told.sendings.all()}

    assert people_without_password(make_person("system_administrator"), LICANG, again=True) == []  # no slip is printed of it
    page = stranger().post("/firms/status/", {"receipt": receipt.lower()}).content.decode()
    assert "Show my password" in page
    page = stranger().post("/firms/status/", {"receipt": receipt, "collect": "yes"}).content.decode()
    username, password = re.findall(r'<dd class="mono">([^<]+)</dd>', page)
    assert username == f"{CODE.lower()}-1"
    assert User.objects.get(username=username).check_password(password)
    again = stranger().post("/firms/status/", {"receipt": receipt, "collect": "yes"})
    assert again.status_code == 409
    assert password not in again.content.decode()
    acts = set(AuditEntry.objects.values_list("action", flat=True))
    assert {f"firm_application.{one}" for one in ("entered", "approved", "collected")} <= acts


def test_a_refusal_says_why_and_opens_nothing() -> None:
    receipt = receipt_of(ask())
    made = FirmApplication.objects.get()
    client = keeper()
    assert (
        "why the firm is refused"
        in client.post(f"/firms/applications/{made.pk}/refuse/", {"reason": " "}, follow=True).content.decode()
    )
    client.post(f"/firms/applications/{made.pk}/refuse/", {"reason": "The firm lies in Laoshan"})
    page = stranger().post("/firms/status/", {"receipt": receipt, "collect": "yes"}).content.decode()
    assert "The firm lies in Laoshan" in page
    assert not User.objects.filter(username__startswith=CODE.lower()).exists()
    assert not SupervisedObject.objects.exists()
    answer = client.post(f"/firms/applications/{made.pk}/approve/", follow=True).content.decode()
    assert "was decided already" in answer


WRONG = [
    ({"credit_code": "91350100M000100Y4"}, "18 characters"),
    ({"credit_code": "91350100M000100Y44"}, "read it again"),
    ({"trade": "nonsense"}, "Choose a trade"),
    ({"region_code": "370200"}, "Choose the county"),
    ({"telephone": "+44 20 7946 0000"}, "no telephone number"),
    ({"name": ""}, "Tell the firm"),
]


@pytest.mark.parametrize(("changed", "words"), WRONG, ids=[words for _changed, words in WRONG])
def test_what_is_wrong_is_told(changed: dict[str, str], words: str) -> None:
    assert words in ask(**changed)
    assert not FirmApplication.objects.exists()


def test_a_registered_firm_is_known_again_and_the_second_person_is_warned_of() -> None:
    ask()
    client = keeper()
    client.post(f"/firms/applications/{FirmApplication.objects.get().pk}/approve/")
    ask(contact="Li")
    assert "has an account already" in client.get("/firms/applications/").content.decode()
    client.post(f"/firms/applications/{FirmApplication.objects.get(decided_at=None).pk}/approve/")
    assert SupervisedObject.objects.count() == 1
    assert User.objects.filter(organisation=SupervisedObject.objects.get().organisation).count() == 2


def test_no_more_wait_than_the_policy_says() -> None:
    for _time in range(3):
        receipt_of(ask())
    assert "wait already" in ask()
    assert FirmApplication.objects.count() == 3


def test_forms_of_one_network_are_braked() -> None:
    ensure_regions()
    answers = [stranger().post("/firms/status/", {"receipt": "x"}).status_code for _time in range(7)]
    assert answers[-1] == 429


@pytest.mark.parametrize(("role", "region"), [("supervisor", SHINAN), ("duty_officer", LICANG)])
def test_others_neither_see_nor_decide(role: str, region: str) -> None:
    ask()
    made = FirmApplication.objects.get()
    client = signed_in(make_person(role, region))
    assert "Haiwan" not in client.get("/firms/applications/").content.decode()
    assert client.post(f"/firms/applications/{made.pk}/approve/").status_code in (403, 404)
    assert FirmApplication.objects.get().decided_at is None
