"""The brake on guessing: whom it holds back, and whom never; also where many guess at the same moment."""

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connections
from django.db.models import F
from django.test import Client
from django.utils import timezone

from tests.accounts import PASSWORD, PersonMaker
from tests.jurisdiction.test_second_step import code_of, set_up
from tests.jurisdiction.test_second_step import sign_in as sign_in_here
from tocsin.base.addresses import network_of
from tocsin.base.errors import Conflict, Unavailable
from tocsin.jurisdiction.people.models import KnownBrowser, LoginFailure, User
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.services import accounts, guesses, logins, second_step, sessions, system
from tocsin.jurisdiction.people.services.browsers import Source, known_browser
from tocsin.records.audit.models import AuditEntry

LIMITS = policy().login


def guess(username: str, address: str, *, browser: str = "", later_s: float = 0.0) -> bool:
    """A wrong password: whether it was looked at."""
    now = timezone.now() + timedelta(seconds=later_s)
    try:
        logins.try_secret(username=username, source=Source(address, browser), now=now, is_right=lambda _known: False)
    except logins.TooManyFailures:
        return False
    return True


def looked_at(guesses: Callable[[int], bool], tries: int) -> int:
    return sum(guesses(number) for number in range(tries))


EACH, ALL, THERE = LIMITS.failures_per_account_and_address, LIMITS.failures_per_account, LIMITS.failures_per_address


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "guesses", "limit"),
    [
        ("one name from one address", lambda n: guess("duty", "10.0.0.1"), EACH),
        ("the name typed otherwise", lambda n: guess(("Duty ", "duty")[n % 2], "10.0.0.1"), EACH),
        ("one name from everywhere", lambda n: guess("duty", f"10.0.{n}.1"), ALL),
        ("all names from one address", lambda n: guess(f"name{n}", "10.0.0.1"), THERE),
        ("one name from one /64", lambda n: guess("duty", f"2001:db8:1:2::{n:x}"), EACH),
        ("all names from one /64", lambda n: guess(f"name{n}", f"2001:db8:1:2::{n:x}"), THERE),
        ("an unknown cookie for each", lambda n: guess("duty", "10.0.0.1", browser=f"{n:064x}"), EACH),
    ],
)
def test_guessing_is_braked(name: str, guesses: Callable[[int], bool], limit: int) -> None:
    assert looked_at(guesses, limit + 9) == limit, name
    assert LoginFailure.objects.count() == limit
    assert guess("other", "2001:db8:9::1"), "others are not held back"
    assert guess("duty", "10.0.0.1", later_s=LIMITS.window_s + 60), "nor is anybody for ever"


@pytest.mark.parametrize(
    ("address", "network"),
    [("2001:db8:1:2:3::4", "2001:db8:1:2::"), ("::ffff:10.0.0.1", "10.0.0.1"), ("10.0.0.1", "10.0.0.1")],
)
def test_what_counts_as_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_the_same_moment_no_more_than_the_limit_are_looked_at() -> None:
    """Two hundred parallel requests read the brake before any of them wrote its failure: no longer."""
    begin, seen, refused = threading.Barrier(24), count(), count()

    def try_it() -> None:
        begin.wait()
        next(seen if guess("duty", "10.0.0.1") else refused)
        connections.close_all()

    threads = [threading.Thread(target=try_it) for _each in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert next(seen) <= LIMITS.failures_per_account_and_address
    assert next(seen) + next(refused) == 24 + 1
    assert LoginFailure.objects.count() <= LIMITS.failures_per_account_and_address


@pytest.mark.django_db
def test_a_stranger_locks_out_strangers_and_never_the_officer_at_their_own_screen(make_person: PersonMaker) -> None:
    make_person("duty_officer", username="chen")
    own = sign_in_here("chen")
    own.post("/logout/")
    for address in range(5):  # from four addresses twenty failures locked any name, for as long as somebody wished
        looked_at(lambda _n, address=address: guess("chen", f"10.0.0.{address}"), 8)  # type: ignore[misc]
    right = {"username": "chen", "password": PASSWORD}
    assert Client(REMOTE_ADDR="10.0.0.77").post("/login/", right).status_code == 429
    assert own.post("/login/", right, REMOTE_ADDR="10.0.0.1").status_code == 302
    own.post("/logout/")
    wrong = {"username": "chen", "password": "wrong"}
    answers = [own.post("/login/", wrong).status_code for _try in range(LIMITS.failures_per_known_browser + 2)]
    assert answers == [403] * LIMITS.failures_per_known_browser + [429] * 2
    assert own.post("/login/", {"username": "zhao", "password": "wrong"}).status_code == 403, "known as chen's alone"


@pytest.mark.django_db
def test_only_a_complete_sign_in_makes_a_browser_known(make_person: PersonMaker) -> None:
    person = make_person("duty_officer", username="chen")
    secret, _codes = set_up(sign_in_here("chen"))
    KnownBrowser.objects.all().delete()
    client = sign_in_here("chen")
    assert not KnownBrowser.objects.exists()
    assert "browser" not in client.cookies
    client.post("/login/code/", {"code": code_of(secret, steps=1)})
    kept = KnownBrowser.objects.get()
    cookie = client.cookies["browser"]
    assert (cookie["httponly"], cookie["samesite"], kept.user) == (True, "Lax", person)
    assert cookie.value not in kept.browser
    source, days = Source("", kept.browser), policy().browser.known_days
    assert known_browser(username="chen", source=source, now=timezone.now())
    assert not known_browser(username="zhao", source=source, now=timezone.now())
    assert not known_browser(username="chen", source=source, now=timezone.now() + timedelta(days=days + 1))
    accounts.reset_password(actor=system.system_actor(), user_id=person.pk)
    assert not known_browser(username="chen", source=source, now=timezone.now())


@pytest.mark.django_db
def test_codes_are_counted_before_they_are_looked_at(make_person: PersonMaker) -> None:
    person = make_person("duty_officer", username="chen")
    set_up(sign_in_here("chen"))
    tries, now = LIMITS.failures_per_account_and_address, timezone.now()
    inside: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(second_step, "_is_right", lambda *_given: inside.append(LoginFailure.objects.count()))
        for _try in range(tries):
            assert not second_step.check_second_step(user=person, code="000000", source=Source("10.0.0.1"), now=now)
        with pytest.raises(logins.TooManyFailures):
            second_step.check_second_step(user=person, code="000000", source=Source("10.0.0.1"), now=now)
    assert inside == list(range(1, tries + 1))


@pytest.mark.django_db
def test_who_has_to_wait_for_a_place_is_told_so_and_it_counts_for_nothing(make_person: PersonMaker) -> None:
    make_person("viewer", username="chen")
    own = sign_in_here("chen")
    own.post("/logout/")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logins._gate(False), "wait_s", 0.0)
        with logins.hashing(known=False, source=Source("10.0.0.9")):
            right = {"username": "chen", "password": PASSWORD}
            there = Client(headers={"Accept-Language": "en"}).post("/login/", right)
            assert (there.status_code, "in a few seconds" in there.content.decode()) == (503, True)
            with pytest.raises(Unavailable), logins.hashing(known=False, source=Source("10.0.0.8")):
                pass
            assert own.post("/login/", right).status_code == 302, "strangers keep each other waiting"
    assert not LoginFailure.objects.exists()


@pytest.mark.django_db
def test_nobody_locks_the_envelope_and_nobody_changes_what_is_in_it(regions: None) -> None:
    user, password = accounts.create_person(actor=system.system_actor(), username="red.box", break_glass=True)
    assert looked_at(lambda n: guess("red.box", f"10.0.{n}.1"), 30) == 30
    assert Client().post("/login/", {"username": "red.box", "password": password}).status_code == 302
    with pytest.raises(Conflict):
        new = "another lantern 9"
        accounts.change_own_password(user=user, old=password or "", new=new, source=Source(""), now=timezone.now())


@pytest.mark.django_db
def test_what_is_left_of_old_sign_ins_goes(make_person: PersonMaker) -> None:
    make_person("viewer", username="chen")
    client = sign_in_here("chen")
    guess("nobody.here", "10.0.0.1", later_s=-2 * LIMITS.window_s)
    guess("nobody.here", "10.0.0.1")
    Client().get("/login/")
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=timezone.now() - timedelta(days=1))
    old = timezone.now() - timedelta(days=policy().browser.known_days + 1)
    KnownBrowser.objects.create(user=User.objects.get(username="chen"), browser="b", first_seen_at=old, last_seen_at=old)
    assert not sessions.forget_sign_ins(now=timezone.now())
    assert LoginFailure.objects.count() == 1
    assert KnownBrowser.objects.exclude(browser="b").count() == KnownBrowser.objects.count() == 1
    assert not Session.objects.filter(session_key="a" * 32).exists()
    assert client.get("/account/").status_code == 200


@pytest.mark.django_db
def test_failures_of_a_person_are_written_down(make_person: PersonMaker) -> None:
    make_person("viewer", username="chen")
    guess("Chen", "2001:db8::7")
    guess("nobody.here", "2001:db8::7")
    assert AuditEntry.objects.get(action="login.failed").details == {"address": "2001:db8::7"}


@pytest.mark.django_db
def test_what_a_stranger_leaves_behind_goes_and_who_works_stays(make_person: PersonMaker) -> None:
    """Each beginning of a sign-in by a provider makes a row that Django would keep for a week: a stranger grows the table."""
    make_person("viewer", username="chen")
    client = sign_in_here("chen")
    for _ in range(3):
        stranger = SessionStore()
        stranger["socialaccount_states"] = {"state": "x"}
        stranger.save()
    begun = Session.objects.count()
    sessions.forget_sign_ins(now=timezone.now())
    assert Session.objects.count() == begun  # they have just begun
    since = timedelta(seconds=policy().session.idle_s + 3 * policy().session.seen_step_s)
    Session.objects.exclude(session_key=client.session.session_key).update(expire_date=F("expire_date") - since)
    sessions.forget_sign_ins(now=timezone.now())
    assert Session.objects.count() == 1
    assert client.get("/account/").status_code == 200


@pytest.mark.django_db
def test_wrong_keys_are_counted_over_all_processes() -> None:
    """The count is in the database, by network; nothing is remembered in the process."""
    tries = [guesses.too_many_guesses(kind="link", address=f"2001:db8:1:2::{k}", most_per_min=3) for k in range(1, 6)]
    assert tries == [False, False, False, True, True]
    assert not guesses.too_many_guesses(kind="code", address="2001:db8:1:2::1", most_per_min=3)
    assert not guesses.too_many_guesses(kind="link", address="2001:db8:1:3::1", most_per_min=3)
    written = LoginFailure.objects.filter(address="2001:db8:1:2::")
    assert written.filter(browser="link").count() == 3  # what is refused is not written any more
    assert looked_at(lambda number: guess(f"person {number}", "2001:db8:1:2::9"), THERE) == THERE  # signing in is another count
    written.update(at=timezone.now() - guesses.WINDOW)
    assert not guesses.too_many_guesses(kind="link", address="2001:db8:1:2::1", most_per_min=3)


@pytest.mark.django_db
def test_many_networks_free_no_offender_and_the_table_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "MOST", 6)
    for _ in range(3):
        guesses.too_many_guesses(kind="link", address="203.0.113.1", most_per_min=2)
    others = [guesses.too_many_guesses(kind="link", address=f"198.51.100.{k}", most_per_min=2) for k in range(20)]
    assert others == [False] * 4 + [True] * 16
    assert guesses.too_many_guesses(kind="link", address="203.0.113.1", most_per_min=2)
    assert LoginFailure.objects.count() == 6
