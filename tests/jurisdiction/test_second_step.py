"""The second step of signing in: set up, asked for, counted, demanded."""

import dataclasses
import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.accounts import PASSWORD, PersonMaker, in_service, on_a_laptop
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.policy import PEOPLE
from tocsin.jurisdiction.people.rules.codes import code_at
from tocsin.jurisdiction.people.services import (
    accounts as services_accounts,
)
from tocsin.jurisdiction.people.services import (
    system as services_system,
)
from tocsin.jurisdiction.people.services import (
    tokens as services,
)
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.fixture
def demanded() -> Iterator[None]:
    """An installation in service: officers and above must have a second step."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CONFIGURATION", in_service())
        yield


def code_of(secret: str, *, steps: int = 0) -> str:
    """What an app shows now, or so many half minutes later."""
    return code_at(secret, int(time.time()) // 30 + steps)


def sign_in(username: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.post("/login/", {"username": username, "password": PASSWORD})
    return client


def set_up(client: Client, **fields: str) -> tuple[str, list[str]]:
    """Sets up the second step on its page; the secret and the recovery codes."""
    page = client.get("/account/second-step/").content.decode()
    shown = re.search(r'class="secret">([A-Z2-7 ]{39})<', page)
    assert shown
    secret = shown[1].replace(" ", "")
    answer = client.post("/account/second-step/", {"code": code_of(secret), "password": PASSWORD, **fields})
    assert answer.status_code == 200, answer.content.decode()
    kept = re.search(r'<pre class="secret">(.*?)</pre>', answer.content.decode(), re.DOTALL)
    assert kept
    return secret, kept[1].split()


def test_the_figures_of_rfc_6238() -> None:
    """Appendix B, the last six digits; the secret is its ASCII text in base 32."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert code_at(secret, seconds // 30) == code


def test_an_officer_is_led_to_set_it_up_before_anything(demanded: None, make_person: PersonMaker) -> None:
    make_person("duty_officer", username="chen")
    client = sign_in("chen")
    for address in ("/account/", "/", "/cases/"):
        assert client.get(address).headers["Location"] == "/account/second-step/"
    refused = client.get("/api/v1/jurisdiction/me")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_step_required")
    _secret, codes = set_up(client)
    assert len(set(codes)) == 10
    assert client.get("/account/").status_code == 200
    assert client.get("/api/v1/jurisdiction/me").status_code == 200


def test_on_a_machine_that_nobody_else_reaches_it_waits_behind_a_line(make_person: PersonMaker) -> None:
    officer = make_person("duty_officer", username="chen")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CONFIGURATION", on_a_laptop())
        client = sign_in("chen")
        page = client.get("/account/")
        assert page.status_code == 200
        assert "On this machine it may wait until" in page.content.decode()
        assert "before you go on" not in client.get("/account/second-step/").content.decode()
        assert client.get("/api/v1/jurisdiction/me").status_code == 200
        _token, secret = services.create_token(user=officer, name="wall", scopes=("alarms.see",), now=timezone.now())
        headers = {"Authorization": f"Bearer {secret}"}
        assert Client().get("/api/v1/jurisdiction/me", headers=headers).status_code == 403, "programs do not wait"
        set_up(client)
        assert "may wait" not in client.get("/account/").content.decode()


REACHED = {
    "by a public name": {"public_hosts": ("tocsin.example.org",)},
    "in the network": {"http_host": "0.0.0.0"},  # noqa: S104 - nothing listens
    "through a proxy": {"trusted_proxies": ("127.0.0.1/32",)},
    "through HTTPS": {"behind_https": True},
}


@pytest.mark.parametrize("how", REACHED)
def test_a_session_that_waited_does_no_longer_once_others_reach_the_installation(make_person: PersonMaker, how: str) -> None:
    make_person("duty_officer", username="chen")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CONFIGURATION", on_a_laptop())
        client = sign_in("chen")
        assert client.get("/account/").status_code == 200
        patch.setattr(settings, "CONFIGURATION", dataclasses.replace(on_a_laptop(), **REACHED[how]))
        assert client.get("/account/").headers["Location"] == "/account/second-step/"
        assert sign_in("chen").get("/account/").headers["Location"] == "/account/second-step/"


ELSEWHERE = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")


@pytest.mark.parametrize("told_by", ELSEWHERE)
def test_who_signs_in_from_elsewhere_does_not_wait(make_person: PersonMaker, told_by: str) -> None:
    """A tunnel or proxy that the settings know nothing of."""
    make_person("duty_officer", username="chen")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CONFIGURATION", on_a_laptop())
        client = Client()
        client.post("/login/", {"username": "chen", "password": PASSWORD}, **{told_by: "10.0.0.7"})
        assert client.get("/account/").headers["Location"] == "/account/second-step/"


def test_an_account_waits_some_days_and_no_longer(make_person: PersonMaker) -> None:
    officer = make_person("duty_officer", username="chen")
    days = timedelta(days=PEOPLE.current().second_step.loopback_days)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CONFIGURATION", on_a_laptop())
        client = sign_in("chen")
        for age, status in ((days - timedelta(hours=1), 200), (days, 302)):
            User.objects.filter(pk=officer.pk).update(date_joined=timezone.now() - age)
            assert client.get("/account/").status_code == status, age


def test_a_viewer_may_and_need_not(demanded: None, make_person: PersonMaker) -> None:
    make_person("viewer", username="chen")
    client = sign_in("chen")
    assert "password only" in client.get("/account/").content.decode()
    set_up(client)
    assert sign_in("chen").get("/account/").status_code == 302


def test_a_token_needs_no_code_but_its_person_the_second_step(demanded: None, make_person: PersonMaker) -> None:
    officer = make_person("duty_officer", username="chen")
    _token, secret = services.create_token(user=officer, name="wall", scopes=("alarms.see",), now=timezone.now())
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}
    refused = Client().get("/api/v1/jurisdiction/me", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "token_refused")
    set_up(sign_in("chen"))
    assert Client().get("/api/v1/jurisdiction/me", headers=headers).status_code == 200


def test_the_password_alone_opens_nothing_any_more(make_person: PersonMaker) -> None:
    make_person("duty_officer", username="chen")
    secret, codes = set_up(sign_in("chen"))
    client = Client(headers={"Accept-Language": "en"})
    first = client.post("/login/", {"username": "chen", "password": PASSWORD, "next": "/account/"})
    assert first.headers["Location"] == "/login/code/"
    assert client.get("/account/").headers["Location"] == "/login/?next=/account/"
    assert client.get("/api/v1/jurisdiction/me").status_code == 401
    assert client.post("/login/code/", {"code": "000000"}).status_code == 403
    assert client.post("/login/code/", {"code": code_of(secret, steps=1)}).headers["Location"] == "/account/"
    by_recovery = sign_in("chen")
    assert by_recovery.post("/login/code/", {"code": codes[3]}).status_code == 302
    assert sign_in("chen").post("/login/code/", {"code": codes[3]}).status_code == 403
    assert "9 recovery codes left" in by_recovery.get("/account/").content.decode()


def test_a_code_counts_once_in_whichever_process(make_person: PersonMaker) -> None:
    make_person("duty_officer", username="chen")
    secret, _codes = set_up(sign_in("chen"))
    code = code_of(secret, steps=1)
    assert sign_in("chen").post("/login/code/", {"code": code}).status_code == 302
    for variant in (code, f"{code[:3]}-{code[3:]}", f"{code[0]}.{code[1:]}", f"{code}\u3000", code.translate(FULL_WIDTH)):
        assert sign_in("chen").post("/login/code/", {"code": variant}).status_code == 403


def test_a_code_older_than_the_last_one_is_no_longer_good(make_person: PersonMaker) -> None:
    """RFC 6238, 5.2: who is in by the next code leaves none behind for who read the one before."""
    make_person("duty_officer", username="chen")
    secret, _codes = set_up(sign_in("chen"))
    assert sign_in("chen").post("/login/code/", {"code": code_of(secret, steps=1)}).status_code == 302
    assert sign_in("chen").post("/login/code/", {"code": code_of(secret)}).status_code == 403


def test_a_screen_left_open_is_not_enough_and_the_waiting_secret_is_sealed(make_person: PersonMaker) -> None:
    make_person("viewer", username="chen")
    client = sign_in("chen")
    page = client.get("/account/second-step/").content.decode()
    secret = re.search(r'class="secret">([A-Z2-7 ]{39})<', page)
    assert secret
    plain = secret[1].replace(" ", "")
    assert plain not in str(dict(client.session.items()))
    assert client.post("/account/second-step/", {"code": code_of(plain)}).status_code == 400
    assert not Authenticator.objects.exists()


def test_wrong_codes_count_for_the_brake_like_wrong_passwords(make_person: PersonMaker) -> None:
    make_person("duty_officer", username="chen")
    secret, _codes = set_up(sign_in("chen"))
    client = sign_in("chen")
    answers = [client.post("/login/code/", {"code": "000000"}).status_code for _try in range(6)]
    assert answers == [403] * 5 + [429]
    assert client.post("/login/code/", {"code": code_of(secret, steps=1)}).status_code == 429
    assert client.post("/login/", {"username": "chen", "password": PASSWORD}).status_code == 429
    assert AuditEntry.objects.filter(action="login.failed").count() == 5


def test_the_code_must_follow_the_password_soon(make_person: PersonMaker) -> None:
    make_person("duty_officer", username="chen")
    secret, _codes = set_up(sign_in("chen"))
    client = sign_in("chen")
    session = client.session
    session["first_step"] |= {"at": session["first_step"]["at"] - 301}
    session.save()
    assert client.post("/login/code/", {"code": code_of(secret, steps=1)}).headers["Location"] == "/login/"
    assert Client().get("/login/code/").headers["Location"] == "/login/"


def test_replacing_it_takes_the_password_and_ends_other_sessions(make_person: PersonMaker) -> None:
    make_person("duty_officer", username="chen")
    there, client = sign_in("chen"), sign_in("chen")
    set_up(client)
    assert there.get("/account/").status_code == 302
    again = client.get("/account/second-step/").content.decode()
    secret = re.search(r'class="secret">([A-Z2-7 ]{39})<', again)
    assert secret
    fields = {"code": code_of(secret[1].replace(" ", ""))}
    assert client.post("/account/second-step/", fields).status_code == 400
    assert client.post("/account/second-step/", {**fields, "password": PASSWORD}).status_code == 200
    assert Authenticator.objects.count() == 2


def test_who_lost_the_telephone_begins_anew(demanded: None, make_person: PersonMaker) -> None:
    make_person("duty_officer", username="chen")
    set_up(sign_in("chen"))
    system = services_system.system_actor()
    one_time = services_accounts.reset_password(actor=system, user_id=User.objects.get(username="chen").pk)
    client = Client()
    assert client.post("/login/", {"username": "chen", "password": one_time}).headers["Location"] == "/home/"
    assert client.get("/account/").headers["Location"] == "/account/password/"
    new = {"old": one_time, "new": "seven bells at 5", "again": "seven bells at 5", "first": "1"}
    client.post("/account/password/", new)
    assert client.get("/account/").headers["Location"] == "/account/second-step/"


def test_secrets_lie_encrypted(make_person: PersonMaker) -> None:
    make_person("duty_officer", username="chen")
    secret, codes = set_up(sign_in("chen"))
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)
