"""In by an OpenID provider: a real one on loopback, persons with an account here and nobody else."""

import dataclasses
import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.test import Client, override_settings

from tests.accounts import PASSWORD, PersonMaker
from tests.jurisdiction.provider import CLIENT, SECRET, Provider
from tests.jurisdiction.test_second_step import code_of, set_up
from tests.jurisdiction.test_second_step import sign_in as sign_in_by_password
from tests.languages import english as english
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import accounts as services
from tocsin.jurisdiction.people.services import start as services_start
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
    known = OpenIdProvider(provider.issuer, CLIENT, SECRET, "City ID", second_step)
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


def connect(provider: Provider, username: str, subject: str = "17") -> Client:
    """The person signs in with the password of ours and connects the account with what the provider says."""
    client = sign_in_by_password(username)
    assert client.post("/account/provider/", {"proof": PASSWORD}).status_code == 200
    provider.claims = {"sub": subject, "preferred_username": "whatever"}
    assert come_by(provider, client) == "/account/"
    return client


def test_a_person_connects_the_account_and_comes_in(provider: Provider, make_person: PersonMaker) -> None:
    person = make_person("viewer", username="chen")
    client = Client(headers={"Accept-Language": "en"})
    assert "Sign in by City ID" in client.get("/login/").content.decode()
    own = connect(provider, "chen")
    assert "connected with City ID" in own.get("/account/").content.decode()
    assert come_by(provider, client) == "/account/"
    assert client.get("/account/").status_code == 200
    assert AuditEntry.objects.get(action="login.linked").details == {"issuer": provider.issuer, "subject": "17"}
    assert AuditEntry.objects.filter(action="login.succeeded", details__provider=True).exists()
    assert SocialAccount.objects.get().user == person
    assert come_by(provider, Client(), next_page="https://elsewhere.example/") == "/home/"
    own.post("/account/provider/end/")
    assert come_by(provider, Client()) == "/login/"
    assert AuditEntry.objects.filter(action="login.unlinked").exists()


def test_a_name_at_the_provider_opens_nothing(provider: Provider, make_person: PersonMaker) -> None:
    """The attack: whoever can choose or inherit the name `admin` there comes before the administrator has set anything up."""
    services_start.ensure_first_administrator()
    make_person("viewer", username="chen")
    connect(provider, "chen")
    services.create_person(actor=services_system.system_actor(), username="red.box", break_glass=True)
    before = User.objects.count()
    for name in ("admin", "chen", "system", "red.box", "stranger", ""):
        provider.claims = {"sub": "99", "preferred_username": name}
        client = Client(headers={"Accept-Language": "en"})
        assert come_by(provider, client) == "/login/"
        page = client.get("/login/").content.decode()
        assert 'class="message error"' in page
        assert "is connected with this account" in page
        assert client.get("/account/").status_code == 302
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 1)


def test_only_who_has_just_shown_the_password_connects(provider: Provider, make_person: PersonMaker) -> None:
    """A link that leads a signed-in person to the provider, where somebody else is signed in, connects nothing."""
    make_person("viewer", username="chen")
    make_person("viewer", username="zhao")
    client = sign_in_by_password("chen")
    assert come_by(provider, client) == "/login/"
    assert client.post("/account/provider/", {"proof": "guessed"}).status_code == 400
    assert come_by(provider, client) == "/login/"
    client.post("/account/provider/", {"proof": PASSWORD})
    session = client.session
    session["connecting"] -= 301
    session.save()
    assert come_by(provider, client) == "/login/"
    assert not SocialAccount.objects.exists()
    connect(provider, "zhao")
    assert SocialAccount.objects.get().user.username == "zhao"
    connect(provider, "chen")  # the same account of the provider once more
    assert SocialAccount.objects.get().user.username == "zhao"


def test_a_new_one_time_password_disconnects(provider: Provider, make_person: PersonMaker) -> None:
    person = make_person("viewer", username="chen")
    connect(provider, "chen")
    services.reset_password(actor=services_system.system_actor(), user_id=person.pk)
    assert come_by(provider, Client()) == "/login/"


def test_a_closed_account_stays_closed(provider: Provider, make_person: PersonMaker) -> None:
    make_person("viewer", username="chen")
    connect(provider, "chen")
    User.objects.filter(username="chen").update(is_active=False)
    assert come_by(provider, Client()) == "/login/"


def test_our_second_step_comes_after_the_provider(provider: Provider, make_person: PersonMaker) -> None:
    make_person("duty_officer", username="chen")
    connect(provider, "chen")
    secret, _codes = set_up(sign_in_by_password("chen"))
    client = Client()
    assert come_by(provider, client) == "/login/code/"
    assert client.get("/account/").status_code == 302
    assert client.post("/login/code/", {"code": code_of(secret, steps=1)}).headers["Location"] == "/account/"


def test_a_provider_that_asks_for_one_is_believed_but_not_of_administrators(provider: Provider, make_person: PersonMaker) -> None:
    for role, username, lands in (("duty_officer", "chen", "/account/"), ("security_administrator", "zhao", "/login/code/")):
        make_person(role, username=username)
        connect(provider, username, subject=username)
        set_up(sign_in_by_password(username))
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
        ({"TOCSIN_OIDC_ISSUER": "https://id.example", "TOCSIN_OIDC_CLIENT_ID": "x", "TOCSIN_OIDC_SECOND_STEP": "yes"}, "0, 1"),
        ({"TOCSIN_SECOND_STEP": "no"}, "one of demanded, offered"),
    ],
)
def test_what_cannot_be_is_refused_at_the_start(environment: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=told):
        Configuration.from_environment()
