"""In by an OpenID provider: a real one on loopback, persons with an account here and nobody else."""

import dataclasses
import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.test import Client, override_settings

from tests.accounts import PersonMaker
from tests.jurisdiction.provider import CLIENT, SECRET, Provider
from tests.jurisdiction.test_second_step import code_of, set_up
from tests.jurisdiction.test_second_step import sign_in as sign_in_by_password
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import accounts as services
from tocsin.jurisdiction.people.services import system as services_system
from tocsin.portal.configuration import Configuration, OpenIdProvider, openid_settings
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

START = "/login/by/oidc/provider/login/"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running, configured(running):
        yield running


def configured(provider: Provider, *, second_step: bool = False) -> override_settings:
    known = OpenIdProvider(provider.issuer, CLIENT, SECRET, "City ID", "preferred_username", second_step)
    return override_settings(
        CONFIGURATION=dataclasses.replace(settings.CONFIGURATION, openid=known), SOCIALACCOUNT_PROVIDERS=openid_settings(known)
    )


def come_by(provider: Provider, client: Client, *, next_page: str = "/account/") -> str:
    """Goes to the provider and back with what it says; where the browser ends up."""
    there = client.get(START, query_params={"next": next_page}).headers["Location"]
    assert there.startswith(provider.issuer)
    parts = urlsplit(there)
    connection = http.client.HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}")
    back = urlsplit(connection.getresponse().headers["Location"])
    connection.close()
    assert back.path == "/login/by/oidc/provider/login/callback/"
    return client.get(f"{back.path}?{back.query}").headers["Location"]


def test_a_person_with_an_account_comes_in(provider: Provider, make_person: PersonMaker) -> None:
    person = make_person("viewer", username="chen")
    client = Client(headers={"Accept-Language": "en"})
    assert "Sign in by City ID" in client.get("/login/").content.decode()
    assert come_by(provider, client) == "/account/"
    assert client.get("/account/").status_code == 200
    assert AuditEntry.objects.get(action="login.linked").details == {"issuer": provider.issuer, "subject": "17"}
    assert AuditEntry.objects.get(action="login.succeeded").details["provider"] is True
    provider.claims["preferred_username"] = "renamed"  # from now on the subject counts
    assert come_by(provider, Client()) == "/account/"
    assert SocialAccount.objects.get().user == person
    assert come_by(provider, Client(), next_page="https://elsewhere.example/") == "/home/"


def test_nobody_else_comes_in_and_no_account_is_made(provider: Provider, make_person: PersonMaker) -> None:
    make_person("viewer", username="chen")
    come_by(provider, Client())
    services.create_person(actor=services_system.system_actor(), username="red.box", break_glass=True)
    before = User.objects.count()
    for claims in (
        {"sub": "99", "preferred_username": "stranger"},
        {"sub": "99", "preferred_username": "chen"},  # the name was given to somebody else at the provider
        {"sub": "99", "preferred_username": "system"},
        {"sub": "99", "preferred_username": "red.box"},
        {"sub": "99"},
    ):
        provider.claims = claims
        client = Client(headers={"Accept-Language": "en"})
        assert come_by(provider, client) == "/login/"
        assert 'class="message error"' in client.get("/login/").content.decode()
        assert client.get("/account/").status_code == 302
    assert User.objects.count() == before


def test_a_closed_account_stays_closed(provider: Provider, make_person: PersonMaker) -> None:
    make_person("viewer", username="chen")
    come_by(provider, Client())
    User.objects.filter(username="chen").update(is_active=False)
    assert come_by(provider, Client()) == "/login/"


def test_our_second_step_comes_after_the_provider(provider: Provider, make_person: PersonMaker) -> None:
    make_person("duty_officer", username="chen")
    secret, _codes = set_up(sign_in_by_password("chen"))
    client = Client()
    assert come_by(provider, client) == "/login/code/"
    assert client.get("/account/").status_code == 302
    assert client.post("/login/code/", {"code": code_of(secret, steps=1)}).headers["Location"] == "/account/"


def test_a_provider_that_asks_for_one_is_believed_but_not_of_administrators(provider: Provider, make_person: PersonMaker) -> None:
    for role, username, lands in (("duty_officer", "chen", "/account/"), ("security_administrator", "zhao", "/login/code/")):
        make_person(role, username=username)
        set_up(sign_in_by_password(username))
        provider.claims = {"sub": username, "preferred_username": username}
        with configured(provider, second_step=True):
            assert come_by(provider, Client()) == lands


def test_a_way_back_that_was_not_asked_for_leads_to_the_login_page(provider: Provider) -> None:
    for query in ("", "?code=1&state=2", "?error=access_denied&state=3"):
        assert Client().get(f"/login/by/oidc/provider/login/callback/{query}").headers["Location"] == "/login/"
    with override_settings(SOCIALACCOUNT_PROVIDERS={}):
        assert Client().get(START).status_code == 404


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"TOCSIN_OIDC_ISSUER": "http://id.example"}, "https://"),
        ({"TOCSIN_OIDC_ISSUER": "https://id.example"}, "TOCSIN_OIDC_CLIENT_ID"),
        ({"TOCSIN_OIDC_ISSUER": "https://id.example", "TOCSIN_OIDC_CLIENT_ID": "x", "TOCSIN_OIDC_SECOND_STEP": "yes"}, "0 or 1"),
        ({"TOCSIN_SECOND_STEP": "no"}, "demanded or offered"),
    ],
)
def test_what_cannot_be_is_refused_at_the_start(environment: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=told):
        Configuration.from_environment()
