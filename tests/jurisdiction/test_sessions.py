"""When a session is over and what comes first in it; the pages that follow from it."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.accounts import PASSWORD, PersonMaker, in_service
from tests.people import make_person as make_role
from tests.people import signed_in
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.people.rules.sessions import SessionVerdict, SignIn, judge_session, second_step_demanded
from tocsin.jurisdiction.people.services import (
    accounts as services_accounts,
)
from tocsin.jurisdiction.people.services import (
    grants as services_grants,
)
from tocsin.jurisdiction.people.services import (
    sessions as services_sessions,
)
from tocsin.jurisdiction.people.services import (
    system as services,
)
from tocsin.jurisdiction.people.services import (
    tokens as services_tokens,
)
from tocsin.jurisdiction.rights.rules import Role
from tocsin.records.audit.models import AuditEntry

HOUR = 3600.0


@pytest.mark.parametrize(
    ("name", "sign_in", "one_time", "demanded", "verdict"),
    [
        ("in use", SignIn(0, HOUR - 1), False, False, SessionVerdict.OPEN),
        ("left alone", SignIn(0, HOUR / 2), False, False, SessionVerdict.IDLE),
        ("used to the last", SignIn(-11 * HOUR, HOUR), False, False, SessionVerdict.TOO_OLD),
        ("a one-time password", SignIn(0, HOUR), True, True, SessionVerdict.PASSWORD_FIRST),
        ("also for who came by a provider", SignIn(0, HOUR, provider=True), True, False, SessionVerdict.PASSWORD_FIRST),
        ("no second step yet", SignIn(0, HOUR), False, True, SessionVerdict.SECOND_STEP_FIRST),
        ("it waits on this machine", SignIn(0, HOUR, here=True), False, True, SessionVerdict.SECOND_STEP_WAITS),
        ("a one-time password waits for nothing", SignIn(0, HOUR, here=True), True, True, SessionVerdict.PASSWORD_FIRST),
        ("the second step shown", SignIn(0, HOUR, second_step=True), False, True, SessionVerdict.OPEN),
        ("over is over", SignIn(-11 * HOUR, 0), True, True, SessionVerdict.TOO_OLD),
    ],
)
def test_what_a_session_is_good_for(name: str, sign_in: SignIn, one_time: bool, demanded: bool, verdict: SessionVerdict) -> None:
    limits: dict[str, Any] = {"idle_s": HOUR / 2, "longest_s": 12 * HOUR, "second_step_waits_until": HOUR + 1}
    judged = judge_session(sign_in, now=HOUR, one_time_password=one_time, second_step_demanded=demanded, **limits)
    assert judged is verdict, name
    limits["second_step_waits_until"] = HOUR
    late = judge_session(sign_in, now=HOUR, one_time_password=one_time, second_step_demanded=demanded, **limits)
    assert late is (SessionVerdict.SECOND_STEP_FIRST if verdict is SessionVerdict.SECOND_STEP_WAITS else verdict), name


def test_whose_roles_demand_a_second_step() -> None:
    of = (Role.DUTY_OFFICER, Role.SECURITY_ADMINISTRATOR)
    assert second_step_demanded([Role.VIEWER, Role.DUTY_OFFICER], demanded_of=of, break_glass=False)
    assert not second_step_demanded([Role.VIEWER, Role.UTILITY_CREW], demanded_of=of, break_glass=False)
    assert not second_step_demanded([], demanded_of=of, break_glass=False)
    assert not second_step_demanded([Role.DUTY_OFFICER], demanded_of=of, break_glass=True)


def sign_in(username: str, **headers: str) -> Client:
    client = Client(headers={"Accept-Language": "en", **headers})
    assert client.post("/login/", {"username": username, "password": PASSWORD}).status_code == 302
    return client


def let_pass(client: Client, **moved: float) -> None:
    """As if the session had begun, or been used, so many seconds earlier."""
    session = client.session
    session["sign_in"] |= {key: session["sign_in"][key] - seconds for key, seconds in moved.items()}
    session.save()


@pytest.mark.django_db
@pytest.mark.parametrize(("moved", "why"), [({"seen_at": 1801.0}, "idle"), ({"began_at": 43201.0}, "too_old")])
def test_a_session_ends_by_time_for_pages_and_api(make_person: PersonMaker, moved: dict[str, float], why: str) -> None:
    person = make_person("viewer", username="chen")
    client = sign_in("chen")
    assert client.get("/api/v1/jurisdiction/me").status_code == 200
    let_pass(client, **moved)
    assert client.get("/api/v1/jurisdiction/me").status_code == 401
    assert client.get("/account/").headers["Location"] == "/login/?next=/account/"
    assert not Session.objects.exists()
    assert not UserSession.objects.exists()
    ended = AuditEntry.objects.get(action="session.ended")
    assert (ended.actor_id, ended.details) == (person.pk, {"why": why})


@pytest.mark.django_db
def test_use_is_noted_once_a_minute(make_person: PersonMaker) -> None:
    make_person("viewer", username="chen")
    client = sign_in("chen")
    client.get("/account/")
    began = client.session["sign_in"]["seen_at"]
    let_pass(client, seen_at=61.0)
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(minutes=5))
    client.get("/account/")
    assert client.session["sign_in"]["seen_at"] >= began
    assert UserSession.objects.get().last_seen_at > timezone.now() - timedelta(minutes=1)


@pytest.mark.django_db
def test_a_stream_that_is_open_keeps_the_session_and_falls_with_it(make_person: PersonMaker) -> None:
    person = make_person("viewer", username="chen")
    client = sign_in("chen")
    key, now = client.session.session_key or "", timezone.now()
    later = now + timedelta(minutes=20)
    assert services_sessions.keep_session_of_stream(user=person, session_key=key, now=later) is SessionVerdict.OPEN
    assert client.session["sign_in"]["seen_at"] == later.timestamp()
    client.post("/logout/")
    assert services_sessions.keep_session_of_stream(user=person, session_key=key, now=later).is_over


@pytest.mark.django_db
def test_ones_own_sessions_are_listed_and_ended_one_by_one(make_person: PersonMaker) -> None:
    make_person("viewer", username="chen")
    make_person("viewer", username="zhao")
    here, there, other = sign_in("chen"), sign_in("chen", **{"User-Agent": "a wall in hall 2"}), sign_in("zhao")
    page = here.get("/account/").content.decode()
    assert "a wall in hall 2" in page
    assert page.count("End this session") == 1
    strange = UserSession.objects.get(user__username="zhao")
    here.post(f"/account/sessions/{strange.pk}/end/")
    assert other.get("/account/").status_code == 200
    wall = UserSession.objects.get(user_agent="a wall in hall 2")
    here.post(f"/account/sessions/{wall.pk}/end/")
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


@pytest.mark.django_db
def test_a_new_password_ends_all_other_sessions(make_person: PersonMaker) -> None:
    make_person("viewer", username="chen")
    here, there = sign_in("chen"), sign_in("chen")
    new = {"old": PASSWORD, "new": "seven bells at 5", "again": "seven bells at 5"}
    assert here.post("/account/password/", new).status_code == 302
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").content.decode().count("this one") == 1


@pytest.mark.django_db
def test_a_stream_of_a_copied_session_ends_with_the_password(make_person: PersonMaker) -> None:
    """A thief who holds the stream open hears nothing more, and the session is no longer listed."""
    person = make_person("viewer", username="chen")
    here, thief = sign_in("chen"), sign_in("chen")
    key, now = thief.session.session_key or "", timezone.now()
    assert services_sessions.keep_session_of_stream(user=person, session_key=key, now=now) is SessionVerdict.OPEN
    here.post("/account/password/", {"old": PASSWORD, "new": "seven bells at 5", "again": "seven bells at 5"})
    person.refresh_from_db()
    assert services_sessions.keep_session_of_stream(user=person, session_key=key, now=now).is_over
    assert [one.session_key for one in UserSession.objects.all()] == [here.session.session_key]
    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.django_db
def test_a_stream_whose_password_was_changed_behind_its_back_is_over(make_person: PersonMaker) -> None:
    person = make_person("viewer", username="chen")
    key, now = sign_in("chen").session.session_key or "", timezone.now()
    person.set_password("seven bells at 5")
    person.save()
    assert services_sessions.keep_session_of_stream(user=person, session_key=key, now=now).is_over


@pytest.mark.django_db
def test_a_closed_account_comes_back_without_sessions_and_tokens(make_person: PersonMaker) -> None:
    person, system = make_person("viewer", username="chen"), services.system_actor()
    client, now = sign_in("chen"), timezone.now()
    _token, secret = services_tokens.create_token(user=person, name="wall", scopes=("alarms.see",), now=now)
    services_accounts.disable_person(actor=system, user_id=person.pk)
    services_accounts.enable_person(actor=system, user_id=person.pk)
    assert client.get("/account/").status_code == 302
    assert services_tokens.person_of_token(secret=secret, now=now) is None


@pytest.mark.django_db
def test_a_session_of_an_earlier_version_is_over(make_person: PersonMaker) -> None:
    make_person("viewer", username="chen")
    client = sign_in("chen")
    session = client.session
    del session["sign_in"]
    session.save()
    assert client.get("/account/").status_code == 302


@pytest.mark.django_db
def test_break_glass_opens_without_a_second_step_and_is_marked(regions: None, caplog: Any) -> None:
    caplog.set_level("WARNING")
    actor = services.system_actor()
    user, password = services_accounts.create_person(actor=actor, username="red.box", break_glass=True)
    services_grants.grant_role(actor=actor, user=user, role="security_administrator", region_code="370200")
    client = Client()
    demanding = in_service()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CONFIGURATION", demanding)
        assert client.post("/login/", {"username": "red.box", "password": password}).headers["Location"] == "/home/"
        assert client.get("/people/").status_code == 200
    assert AuditEntry.objects.filter(action="login.break_glass", actor_id=user.pk).exists()
    assert "break-glass account red.box is in use" in caplog.text


@pytest.mark.one_database
@pytest.mark.parametrize(("unsent", "cleared"), [("", '"cache", "storage"'), ("0", '"cache", "storage"'), ("2", '"cache"')])
def test_signing_out_clears_the_browser_and_ends_its_push(db: None, unsent: str, cleared: str) -> None:
    officer = make_role("duty_officer")
    kept = '{"endpoint":"https://push.example.org/%s","keys":{"p256dh":"k","auth":"a"}}'
    for name in ("this", "another"):
        ContactPoint.objects.create(user=officer, kind="web_push", address=kept % name)
    answer = signed_in(officer).post("/logout/", {"unsent": unsent, "push": "https://push.example.org/this"})
    assert (answer.status_code, answer["Clear-Site-Data"]) == (302, cleared)
    assert [one.address for one in officer.contact_points.all()] == [kept % "another"]
