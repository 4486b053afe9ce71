"""Browsers that a person has signed in with before: each keeps a count of wrong passwords of its own (OWASP, device cookies).

A stranger who guesses in somebody's name so locks out strangers, never the person in front of their own screen. The cookie holds
256 random bits and is set by a complete sign-in alone; the database keeps its SHA-256.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from tocsin.base.addresses import network_of
from tocsin.bus.services import record_event
from tocsin.jurisdiction.people.events import BrowserAppeared
from tocsin.jurisdiction.people.models import KnownBrowser, User
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.queries import region_of

LONGEST_COOKIE = 100


@dataclass(frozen=True)
class Source:
    """Where somebody tries from: the address, and the browser's cookie as a digest (empty without one)."""

    address: str
    browser: str = ""

    @property
    def network(self) -> str:
        """What the brake counts by: an IPv4 address, or the /64 of an IPv6 address."""
        return network_of(self.address)


def source_of(request: HttpRequest) -> Source:
    """Where a request comes from."""
    cookie = request.COOKIES.get(_cookie_name(), "")
    return Source(request.META.get("REMOTE_ADDR", ""), _digest(cookie) if 0 < len(cookie) < LONGEST_COOKIE else "")


def known_browser(*, username: str, source: Source, now: datetime) -> str:
    """The browser, where the person of that user name signed in with it within the policy's days; else empty."""
    if not source.browser:
        return ""
    since = now - timedelta(days=policy().browser.known_days)
    known = KnownBrowser.objects.filter(user__username=username, browser=source.browser, last_seen_at__gt=since)
    return source.browser if known.exists() else ""


def remember_browser(*, request: HttpRequest, response: HttpResponse, user: User, now: datetime) -> None:
    """After a complete sign-in: this browser is one of the person's from now on, and they hear of it where it is one more."""
    browser = source_of(request).browser
    if not browser:
        secret = secrets.token_urlsafe(32)
        browser = _digest(secret)
        age_s = policy().browser.known_days * 24 * 3600
        response.set_cookie(_cookie_name(), secret, max_age=age_s, httponly=True, samesite="Lax")
    source = source_of(request)
    seen = {"last_seen_at": now, "user_agent": request.headers.get("User-Agent", "")[:200], "address": source.address[:45]}
    with transaction.atomic():
        has_others = KnownBrowser.objects.filter(user=user).exclude(browser=browser).exists()
        row, is_new = KnownBrowser.objects.update_or_create(
            user=user, browser=browser, defaults=seen, create_defaults={**seen, "first_seen_at": now}
        )
        if is_new and has_others:
            record_event(BrowserAppeared(person_id=str(user.pk), browser_id=str(row.pk)), region=region_of(user))


def forget_browsers(*, user: User, but: str = "") -> None:
    """None of the person's browsers is known any more, but for that one."""
    KnownBrowser.objects.filter(user=user).exclude(browser=but).delete()


def _cookie_name() -> str:
    """Behind HTTPS no other host, and no page without HTTPS, can set a cookie of such a name."""
    return "__Host-browser" if settings.SESSION_COOKIE_SECURE else "browser"


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
