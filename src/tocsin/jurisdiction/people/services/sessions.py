"""Sessions of browsers: begun, kept while they are used, ended by time, by their person, or with the account."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from tocsin.base.addresses import on_this_machine
from tocsin.jurisdiction.people.models import KnownBrowser, LoginFailure, User
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.queries import region_of
from tocsin.jurisdiction.people.rules.sessions import SessionVerdict, SignIn, judge_session, second_step_demanded
from tocsin.jurisdiction.people.services.browsers import source_of
from tocsin.jurisdiction.people.services.logins import record_login
from tocsin.jurisdiction.rights import queries
from tocsin.jurisdiction.rights.events import RightsActed, tell

KEY = "sign_in"
_OF_PROXIES = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")


def begin_clock(sender: object, request: HttpRequest, user: AbstractBaseUser, **_more: object) -> None:
    """Every way into a session begins its clock (Django's signal `user_logged_in`)."""
    now = timezone.now().timestamp()
    request.session[KEY] = asdict(SignIn(began_at=now, seen_at=now))


@transaction.atomic
def begin_session(*, request: HttpRequest, user: User, second_step: bool, provider: bool = False) -> None:
    """The person is signed in in this browser; the session is listed and the act written down."""
    auth.login(request, user)
    request.session.set_expiry(None)  # it may have begun as a stranger's
    request.session[KEY] |= {"second_step": second_step, "provider": provider, "here": _is_here(request)}
    request.session.save()
    UserSession.objects.purge_and_list(user)
    UserSession.objects.create(
        user=user,
        session_key=request.session.session_key,
        ip=request.META["REMOTE_ADDR"],
        user_agent=request.headers.get("User-Agent", "")[:200],
    )
    record_login(user=user, source=source_of(request), second_step=second_step, provider=provider)


def note_second_step(*, request: HttpRequest) -> None:
    """The person has just proved the second step in this session."""
    request.session[KEY] |= {"second_step": True}
    request.session.modified = True


def keep_session(*, user: User, session: SessionBase, now: datetime) -> SessionVerdict:
    """Judges a session that is just used and notes the use; one that is over is ended. The person must be its own.

    A session without a beginning, as an earlier version made it, is over.
    """
    sign_in = SignIn(**session.get(KEY, {"began_at": 0.0, "seen_at": 0.0}))
    limits = policy().session
    verdict = judge_session(
        sign_in,
        now=now.timestamp(),
        idle_s=limits.idle_s,
        longest_s=limits.longest_s,
        one_time_password=user.must_change_password,
        second_step_demanded=demands_second_step(user),
        second_step_waits_until=second_step_waits_until(user).timestamp(),
    )
    if verdict.is_over:
        if KEY in session:
            _end(user, session.session_key or "", verdict)
        session.flush()
    elif now.timestamp() - sign_in.seen_at >= limits.seen_step_s:
        session[KEY] |= {"seen_at": now.timestamp()}
        UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=now)
    return verdict


def keep_session_of_stream(*, user: User, session_key: str, now: datetime) -> SessionVerdict:
    """The same for an answer that goes on for hours: the session is read anew, and a screen that is watched is in use.

    One that is no longer the person's (another password, a closed account) is ended: its store is emptied, so it is over.
    """
    session = SessionStore(session_key)
    asked = HttpRequest()
    asked.session = session
    if auth.get_user(asked) != user:
        session.flush()
    verdict = keep_session(user=user, session=session, now=now)
    if session.modified and not verdict.is_over:
        session.save(must_create=False)
    return verdict


def demands_second_step(user: User) -> bool:
    """Must this person have a second step, by role and by the installation's setting?"""
    if settings.CONFIGURATION.second_step != "demanded":
        return False
    roles = [one.role for one in queries.held_by(user)]
    return second_step_demanded(roles, demanded_of=policy().second_step.demanded_of, break_glass=user.break_glass)


def second_step_comes_first(request: HttpRequest) -> bool:
    """Whether nothing else opens in this session before the second step is set up, as it was judged for this request."""
    return getattr(request, "session_verdict", None) is SessionVerdict.SECOND_STEP_FIRST


def second_step_waits_until(user: User) -> datetime:
    """Until when this person may put a demanded second step off: some days from the account's beginning, where nobody but this
    machine can reach the installation; else no moment longer than the account is old.
    """
    days = policy().second_step.loopback_days if settings.CONFIGURATION.serves_own_machine_only else 0
    return user.date_joined + timedelta(days=days)


def _is_here(request: HttpRequest) -> bool:
    """Whether a browser of this machine asks by itself. A proxy that nobody named leaves its headers."""
    forwarded = any(name in request.headers for name in _OF_PROXIES)
    return on_this_machine(request.META.get("REMOTE_ADDR", "")) and not forwarded


@transaction.atomic
def end_session(*, user: User, session_id: int) -> None:
    """Ends one of the person's own sessions; UserSession.DoesNotExist for anybody else's."""
    _end(user, UserSession.objects.get(pk=session_id, user=user).session_key, None)


def list_sessions(*, user: User) -> list[UserSession]:
    """The person's open sessions, the last used first; what is over is forgotten."""
    return sorted(UserSession.objects.purge_and_list(user), key=lambda one: one.last_seen_at, reverse=True)


@transaction.atomic
def keep_session_with_new_password(*, request: HttpRequest, user: User) -> None:
    """This session goes on under a new key; all others of the person are over, because the password is another."""
    old = request.session.session_key
    auth.update_session_auth_hash(request, user)
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)
    end_sessions(user=user, but=request.session.session_key or "")


def end_sessions(*, user: User, but: str = "") -> None:
    """Ends the person's sessions on all machines, but for the one with this key."""
    for one in UserSession.objects.filter(user=user).exclude(session_key=but):
        one.end()


@transaction.atomic
def forget_browser(*, user: User, endpoint: str) -> None:
    """The person leaves a browser that got push: it is no contact point of theirs any more."""
    told = json.dumps({"endpoint": endpoint}, separators=(",", ":"))[:-1] + ","
    for point in user.contact_points.filter(address__startswith=told):
        pk = str(point.pk)
        point.delete()
        details: dict[str, object] = {"kind": point.kind, "why": "signed_out"}
        tell(RightsActed(user, "contact.removed", "contact", pk, region_of(user), details))


def forget_sign_ins(*, now: datetime) -> bool:
    """Lets go tries, browsers and sessions that count for nothing any more; by the machine's clock, as they were written."""
    now = timezone.now()
    LoginFailure.objects.filter(at__lte=now - timedelta(seconds=policy().login.window_s)).delete()
    KnownBrowser.objects.filter(last_seen_at__lte=now - timedelta(days=policy().browser.known_days)).delete()
    SessionStore.clear_expired()
    # A session is saved whenever its use is noted, and at once when a stranger begins to sign in by a provider. One that was not
    # for so long is over, or was a stranger's.
    unused = timedelta(seconds=settings.SESSION_COOKIE_AGE - policy().session.idle_s - 2 * policy().session.seen_step_s)
    Session.objects.filter(expire_date__lte=now + unused).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return False


def _end(user: User, session_key: str, verdict: SessionVerdict | None) -> None:
    for one in UserSession.objects.filter(session_key=session_key):
        one.end()
    details: dict[str, object] = {"why": verdict.value} if verdict else {}
    tell(RightsActed(user, "session.ended", "user", str(user.pk), region_of(user), details))


@transaction.atomic
def end_all_sessions() -> int:
    """Everybody signs in again; returns how many sessions were open or kept."""
    UserSession.objects.all().delete()
    return Session.objects.all().delete()[0]
