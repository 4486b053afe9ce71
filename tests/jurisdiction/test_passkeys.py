"""Passkeys without a browser: what is refused, and what may be ended. With one: `tests/browser/test_passkeys.py`."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.accounts import PASSWORD, PersonMaker, in_service
from tests.jurisdiction.test_second_step import set_up, sign_in
from tocsin.base.errors import Conflict
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import accounts, passkeys
from tocsin.jurisdiction.people.services.system import system_actor

pytestmark = pytest.mark.django_db
PAGE = "/account/second-step/passkeys/"
ANSWERS = ("", "[]", "x" * 70_000, "{}", json.dumps({"response": {}}), json.dumps({"id": "x", "response": {"userHandle": "AA"}}))


def kept_passkey(user: User, name: str = "key") -> Authenticator:
    """A row as a registration leaves it; it can sign nothing."""
    made: Authenticator = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": {}}
    )
    return made


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_no_browser_made_registers_and_opens_nothing(make_person: PersonMaker, answer: str) -> None:
    make_person("viewer", username="chen")
    client = sign_in("chen")
    client.get(PAGE)
    assert client.post(PAGE, {"name": "key", "proof": PASSWORD, "answer": answer}).status_code == 400
    stranger = Client()
    stranger.get("/login/passkey/")
    assert stranger.post("/login/passkey/", {"answer": answer}).status_code == 403
    assert not Authenticator.objects.exists()


def test_an_open_screen_is_not_enough(make_person: PersonMaker) -> None:
    person = make_person("viewer", username="chen")
    client = sign_in("chen")
    client.get(PAGE)
    assert client.post(PAGE, {"name": "key", "proof": "guessed", "answer": "{}"}).status_code == 400
    passkey = kept_passkey(person)
    client.post(f"{PAGE}{passkey.pk}/end/", {"proof": "guessed"})
    assert queries.passkeys_of(person).exists()
    client.post(f"{PAGE}{passkey.pk}/rename/", {"name": " my key "})
    assert queries.passkeys_of(person).get().data["name"] == "my key"
    client.post(f"{PAGE}{passkey.pk}/end/", {"proof": PASSWORD})
    assert not queries.passkeys_of(person).exists()


def test_nobody_ends_or_names_those_of_others(make_person: PersonMaker) -> None:
    make_person("viewer", username="zhao")
    passkey = kept_passkey(make_person("viewer", username="chen"))
    zhao = sign_in("zhao")
    for act, fields in (("rename", {"name": "mine"}), ("end", {"proof": PASSWORD})):
        zhao.post(f"{PAGE}{passkey.pk}/{act}/", fields)
    assert queries.passkeys_of(passkey.user).get().data["name"] == "key"


def test_the_last_second_step_of_who_must_have_one_stays(make_person: PersonMaker) -> None:
    officer, viewer = make_person("duty_officer", username="chen"), make_person("viewer", username="zhao")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CONFIGURATION", in_service())
        passkey = kept_passkey(officer)
        with pytest.raises(Conflict, match="another"):
            passkeys.end_passkey(user=officer, passkey_id=passkey.pk)
        kept_passkey(officer, "second")
        passkeys.end_passkey(user=officer, passkey_id=passkey.pk)
        of_viewer = kept_passkey(viewer)
        passkeys.end_passkey(user=viewer, passkey_id=of_viewer.pk)
    assert [one.data["name"] for one in Authenticator.objects.all()] == ["second"]


def test_an_app_set_up_anew_leaves_passkeys_and_a_reset_leaves_nothing(make_person: PersonMaker) -> None:
    person = make_person("duty_officer", username="chen")
    client = sign_in("chen")
    kept_passkey(person)
    set_up(client)
    assert queries.passkeys_of(person).exists()
    accounts.reset_password(actor=system_actor(), user_id=person.pk)
    assert not Authenticator.objects.filter(user=person).exists()


def test_a_passkey_leads_an_officer_past_the_app(make_person: PersonMaker) -> None:
    """Where the role demands a second step the page of passkeys is open, and one of them is a second step."""
    person = make_person("duty_officer", username="chen")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CONFIGURATION", in_service())
        client = sign_in("chen")
        assert client.get("/account/").headers["Location"] == "/account/second-step/"
        assert PAGE in client.get("/account/second-step/").content.decode()
        assert client.get(PAGE).status_code == 200
    assert not queries.has_second_step(person)


def test_no_passkey_stands_before_the_envelope(regions: None) -> None:
    user, _password = accounts.create_person(actor=system_actor(), username="red.box", break_glass=True)
    with pytest.raises(Conflict, match="envelope"):
        passkeys.register_passkey(user=user, name="key", answer="{}", session_key="", now=timezone.now())
