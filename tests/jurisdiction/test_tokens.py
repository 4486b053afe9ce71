"""What a token is bound to, what makes and ends it, and what its person hears."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from tests.accounts import PASSWORD, PersonMaker
from tests.jurisdiction.test_second_step import code_of, set_up, sign_in
from tests.people import LICANG, QINGDAO, SHINAN
from tocsin.base.errors import InvalidInput
from tocsin.bus.services import forget_events, waiting_events
from tocsin.jurisdiction.people.models import ApiToken, KnownBrowser, User
from tocsin.jurisdiction.people.services import accounts, tokens
from tocsin.jurisdiction.people.services.browsers import Source
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.people.views.login import enter_by_passkey
from tocsin.jurisdiction.rights import queries
from tocsin.notices.accounts.services import tell_owners, told_position
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import acted_on, text_of
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
ME = "/api/v1/jurisdiction/me"
HERE = Source("127.0.0.1")


def heard(user: User) -> list[Notice]:
    """What the person is told of what happened, read twice over; forgotten events do not come again."""
    waiting = waiting_events(1000)
    for _twice in range(2):
        tell_owners(events=[event for _row, event in waiting], position=told_position() + 1, now=timezone.now())
    forget_events([row for row, _event in waiting])
    return list(Notice.objects.filter(person_id=user.pk, purpose="account").order_by("written_at"))


def words(notice: Notice) -> str:
    with translation.override("en"):
        return text_of(notice)


def test_an_open_screen_is_not_enough_to_make_one(make_person: PersonMaker) -> None:
    make_person("duty_officer", username="chen")
    client = sign_in("chen")
    wishes = {"name": "wall", "scopes": ["alarms.see"]}
    address = "/api/v1/jurisdiction/tokens"
    assert client.post(address, wishes, content_type="application/json").status_code == 422
    assert client.post(address, {**wishes, "proof": "guessed"}, content_type="application/json").status_code == 400
    secret, _codes = set_up(client)
    made = client.post(address, {**wishes, "proof": code_of(secret, steps=1)}, content_type="application/json")
    assert made.status_code == 201
    assert client.post(address, {**wishes, "proof": PASSWORD}, content_type="application/json").status_code == 201


def test_its_person_hears_of_it(make_person: PersonMaker) -> None:
    person = make_person("duty_officer", username="chen")
    tokens.create_token(user=person, name="wall", scopes=("alarms.see",), now=timezone.now())
    [told] = heard(person)
    assert "wall" in words(told)
    assert acted_on(told) == "/account/"
    assert not heard(make_person("viewer"))


def test_own_change_ends_them_unless_the_box_is_left_empty(make_person: PersonMaker) -> None:
    person = make_person("viewer", username="chen")
    client, old = sign_in("chen"), PASSWORD
    for keep, new in ((True, "seven bells at 5"), (False, "nine bells at 55")):
        tokens.create_token(user=person, name="wall", scopes=("alarms.see",), now=timezone.now())
        page = client.get("/account/password/").content.decode()
        assert re.search(r'name="end_tokens" value="1" checked', page)
        box = {} if keep else {"end_tokens": "1"}
        assert client.post("/account/password/", {"old": old, "new": new, "again": new, **box}).status_code == 302
        assert ApiToken.objects.filter(user=person).exists() is keep
        old = new
    assert AuditEntry.objects.filter(action="token.revoked").count() == 2


def test_a_new_one_time_password_ends_them(make_person: PersonMaker) -> None:
    person, now = make_person("viewer"), timezone.now()
    _token, secret = tokens.create_token(user=person, name="wall", scopes=("alarms.see",), now=now)
    accounts.reset_password(actor=system_actor(), user_id=person.pk)
    User.objects.filter(pk=person.pk).update(must_change_password=False)
    assert tokens.person_of_token(secret=secret, now=now) is None


def test_a_token_of_who_must_change_the_password_is_refused(make_person: PersonMaker) -> None:
    person, now = make_person("viewer"), timezone.now()
    _token, secret = tokens.create_token(user=person, name="wall", scopes=("alarms.see",), now=now)
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    with pytest.raises(tokens.RefusedToken, match="one-time"):
        tokens.person_of_token(secret=secret, now=now)


@pytest.mark.parametrize(
    ("sources", "address", "opens"),
    [
        ([], "203.0.113.9", True),
        (["10.20.0.0/16"], "10.20.3.4", True),
        (["10.20.0.0/16"], "::ffff:10.20.3.4", True),
        (["10.20.0.0/16"], "10.21.0.1", False),
        (["192.0.2.1", "2001:db8::/32"], "2001:db8:1::7", True),
        (["192.0.2.1"], "192.0.2.2", False),
        (["192.0.2.1"], "", False),
    ],
)
def test_it_opens_from_its_networks_alone(make_person: PersonMaker, sources: list[str], address: str, opens: bool) -> None:
    person, now = make_person("viewer", LICANG), timezone.now()
    _token, secret = tokens.create_token(user=person, name="wall", scopes=("alarms.see",), now=now, sources=sources)
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}
    for path in (ME, "/api/v1/jurisdiction/regions"):
        answer = Client(REMOTE_ADDR=address).get(path, headers=headers)
        assert (answer.status_code == 200) is opens
    if opens:
        return
    assert (answer.status_code, answer.json()["code"]) == (403, "token_refused")
    assert AuditEntry.objects.get(action="token.refused").details == {"name": "wall", "address": address}, "one line, not two"
    assert f"refused from {address}" in page_of(person)
    [_made, refused] = heard(person)
    assert "none of its networks" in words(refused)


def page_of(person: User) -> str:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client.get("/account/").content.decode()


def test_it_reaches_its_region_alone(make_person: PersonMaker) -> None:
    city, now = make_person("duty_officer", QINGDAO), timezone.now()
    _token, secret = tokens.create_token(user=city, name="x", scopes=("alarms.see",), now=now, region_code=LICANG)
    program = tokens.person_of_token(secret=secret, now=now)
    assert program is not None
    assert queries.region_prefixes(program, "alarms.see") == (LICANG,)
    assert not queries.may(program, "alarms.see", SHINAN)
    assert not queries.may_anywhere(program, "cases.see")
    county = make_person("duty_officer", LICANG)
    for region_code in (SHINAN, QINGDAO, "999999"):
        with pytest.raises(InvalidInput, match="no right"):
            tokens.create_token(user=county, name="x", scopes=("alarms.see",), now=now, region_code=region_code)


@pytest.mark.parametrize("sources", [["10.0.0.0/33"], ["everywhere"], ["10.0.0.1"] * 21])
def test_what_is_no_network_is_refused(make_person: PersonMaker, sources: list[str]) -> None:
    with pytest.raises(InvalidInput):
        tokens.create_token(user=make_person("viewer"), name="x", scopes=("alarms.see",), now=timezone.now(), sources=sources)


def test_a_sign_in_from_a_new_browser_is_told_and_can_be_disowned(make_person: PersonMaker) -> None:
    """The duty officer's own browser is theirs; a thief with the password comes from another one."""
    person = make_person("duty_officer", username="chen")
    own = sign_in("chen")
    assert not heard(person), "the first one is no news"
    thief = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/144.0"}, REMOTE_ADDR="203.0.113.9")
    thief.post("/login/", {"username": "chen", "password": PASSWORD})
    tokens.create_token(user=person, name="stolen", scopes=("alarms.see",), now=timezone.now())
    sign_in("chen").post("/logout/")
    told = next(one for one in heard(person) if one.figures["news"] == "browser")
    assert "Firefox · Linux, from 203.0.113.9" in words(told)
    address = acted_on(told)
    assert "That was not me" in own.get(address).content.decode()
    assert "That was not me" not in thief.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert thief.post(f"{address}not-me/").headers["Location"] == address, "it can't be disowned by itself"
    administrator = make_person("system_administrator", username="li")
    assert own.post(f"{address}not-me/", follow=True).redirect_chain[-1] == ("/login/", 302)
    for client in (own, thief):
        assert client.get("/account/").headers["Location"].startswith("/login/")
        assert client.post("/login/", {"username": "chen", "password": PASSWORD}).status_code == 403, "it opens for nobody"
    assert not ApiToken.objects.exists() and not KnownBrowser.objects.filter(user=person).exists()
    assert AuditEntry.objects.get(action="login.disowned").details["address"] == "203.0.113.9"
    assert "locked at your word" in words(heard(person)[-1])
    (asked,) = heard(administrator)
    assert "chen locked the account" in words(asked)
    desk = sign_in("li")
    assert acted_on(asked) in desk.get("/waiting/").content.decode()
    page = desk.post(f"{acted_on(asked)}password/").content.decode()
    secret = re.search(r'class="secret">(.+?)<', page)
    assert secret is not None
    assert sign_in_with(secret[1]).get("/account/").headers["Location"] == "/account/password/"
    assert acted_on(asked) not in desk.get("/waiting/").content.decode()


def test_a_locked_account_opens_for_no_passkey_and_no_provider(make_person: PersonMaker) -> None:
    person = make_person("viewer", username="chen")
    User.objects.filter(pk=person.pk).update(locked_at=timezone.now())
    refused = sign_in_anyhow(User.objects.get(pk=person.pk))
    assert refused.status_code == 403 and "locked" in refused.content.decode()
    assert not UserSession.objects.exists()


def sign_in_with(password: str) -> Client:
    client = Client()
    client.post("/login/", {"username": "chen", "password": password})
    return client


def sign_in_anyhow(person: User) -> HttpResponse:
    """As a view does it that has seen a passkey or heard of a provider."""
    request = RequestFactory().post("/login/")
    SessionMiddleware(lambda _request: HttpResponse()).process_request(request)
    return enter_by_passkey(request, person)


def test_nobody_sees_or_ends_the_sign_ins_of_others(make_person: PersonMaker) -> None:
    person = make_person("viewer", username="chen")
    make_person("viewer", username="zhao")
    sign_in("chen")
    zhao = sign_in("zhao")
    browser = KnownBrowser.objects.get(user=person)
    assert "not known any more" in zhao.get(f"/account/sign-ins/{browser.pk}/").content.decode()
    old = timezone.now() - timedelta(hours=1)
    KnownBrowser.objects.filter(pk=browser.pk).update(last_seen_at=old)
    assert KnownBrowser.objects.filter(user=person).count() == 1
