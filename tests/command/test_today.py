"""The page Today: pieces by role, cut to what the reader may see, with days as they are in China."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.clocks import SetClock
from tests.command.street import START, make_alarm
from tests.command.test_quality import viewer as viewer
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, YANTAI, make_person, signed_in
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.rules import GRANTABLE, OF_AN_ORGANISATION, PERMISSIONS_OF_ROLE, Role
from tocsin.portal.catalogue.home import HOME_PIECES_OF_ROLE
from tocsin.screens.comparison import compare_times
from tocsin.screens.home import home_pieces, trend_from, trend_of
from tocsin.sensing.devices.models import Sensor
from tocsin.warning.alarms.models import Alarm

MOST_QUERIES = 150
"""Of the page of any role on an empty database; what waits asks each of some forty subjects once."""


def words_on_today(user: User) -> str:
    return " ".join(words_of(signed_in(user).get("/today/").content))


def pieces_on(page: bytes) -> list[str]:
    return [part.split('"')[0] for part in page.decode().split('data-piece="')[1:]]


@pytest.mark.one_database
@pytest.mark.parametrize("role", HOME_PIECES_OF_ROLE)
def test_a_role_holds_the_permission_of_each_of_its_pieces(role: Role) -> None:
    assert role in GRANTABLE
    for name in HOME_PIECES_OF_ROLE[role]:
        piece = home_pieces()[name]
        assert piece.permission == "" or piece.permission in PERMISSIONS_OF_ROLE[role], name


@pytest.mark.one_database
def test_every_piece_stands_somewhere_and_leads_to_a_page() -> None:
    used = {name for names in HOME_PIECES_OF_ROLE.values() for name in names}
    assert used == set(home_pieces())
    assert all(reverse(piece.page) for piece in home_pieces().values())


def body_of(role: Role) -> str:
    """A body in which somebody has that role; of who keeps a desk, one that has a desk."""
    if role in (Role.SHIFT_LEADER, Role.DUTY_OFFICER):
        return "monitoring_centre"
    return "gas_company" if role in OF_AN_ORGANISATION else ""


@pytest.mark.django_db
@pytest.mark.one_database
@pytest.mark.parametrize("role", HOME_PIECES_OF_ROLE)
def test_each_role_reads_its_own_pieces_and_what_to_do_where_nothing_is(db: None, role: Role) -> None:
    client = signed_in(make_person(role.value, organisation=body_of(role)))
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/today/")
    assert page.status_code == 200 and len(asked) <= MOST_QUERIES
    names = pieces_on(page.content)
    assert names == list(HOME_PIECES_OF_ROLE[role])
    told_always = ("installation", "checks", "month", "standing", "shift", "waiting")
    words = " ".join(words_of(page.content))
    for name in names:
        assert name in told_always or " ".join(words_of(str(home_pieces()[name].empty))) in words, name
        assert client.get(home_pieces()[name].address, follow=True).status_code == 200, name


@pytest.mark.django_db
@pytest.mark.one_database
def test_a_duty_officer_of_a_body_without_a_desk_is_sent_to_none(db: None) -> None:
    """The page of the duty desk would refuse."""
    assert "shift" not in pieces_on(signed_in(make_person("duty_officer")).get("/today/").content)


@pytest.mark.django_db
def test_alarms_are_counted_where_the_reader_sees_them(viewer: User, clock: SetClock) -> None:
    for well, days in ((1, 0), (2, 1), (3, 8)):
        make_alarm(Sensor.objects.get(device__code=f"D{well}", channel="methane"), START - timedelta(days=days))
    clock(START + timedelta(hours=1))
    assert "rang in 7 days 2 no comparison yet the past is too short" in words_on_today(viewer)
    User.objects.update(date_joined=START - timedelta(days=30))
    here = words_on_today(viewer)
    assert "rang in 7 days 2 1 more than the week before" in here and "not acknowledged 3" in here
    far = " ".join(words_of(signed_in(make_person("viewer", YANTAI)).get("/today/").content))
    assert "No alarm is open" in far and "rang in 7 days" not in far


@pytest.mark.django_db
def test_no_part_of_a_day_is_held_against_a_whole_one(viewer: User) -> None:
    """At nine the week before ended at nine a week ago: what rang later on that day was not yet there then."""
    now = datetime(2026, 11, 24, 1, tzinfo=UTC)
    for well, before in ((1, timedelta(minutes=-1)), (2, timedelta()), (3, timedelta(minutes=1))):
        make_alarm(Sensor.objects.get(device__code=f"D{well}", channel="methane"), now - timedelta(days=7) - before)
    make_alarm(Sensor.objects.get(device__code="D4", channel="methane"), now - timedelta(days=14))
    trend = trend_of(Alarm.objects.all(), "raised_at", now)
    assert (trend.this, trend.before) == (0, 2), "the oldest lies before both, and shows that the past reaches so far"
    assert dict(trend.days)[date(2026, 11, 17)] == 3


@pytest.mark.django_db
def test_a_day_of_the_trend_is_a_day_in_china(viewer: User) -> None:
    sensor = Sensor.objects.get(device__code="D1", channel="methane")
    make_alarm(sensor, datetime(2026, 11, 22, 15, 59, tzinfo=UTC))  # the last minute of the 22nd there
    make_alarm(Sensor.objects.get(device__code="D2", channel="methane"), datetime(2026, 11, 22, 16, 0, tzinfo=UTC))
    trend = trend_of(Alarm.objects.all(), "raised_at", datetime(2026, 11, 24, 3, tzinfo=UTC))
    assert dict(trend.days)[date(2026, 11, 22)] == 1 and dict(trend.days)[date(2026, 11, 23)] == 1
    assert len(trend.days) == 14 and trend.days[-1][0] == date(2026, 11, 24)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("this", "before", "words"),
    [
        (12, 16, "4 fewer than the week before"),
        (1200, 0, "1,200 more than the week before"),
        (3, 3, "as many as the week before"),
        (3, None, "no comparison yet: the past is too short"),
        (0, None, ""),
        (0, 0, ""),
    ],
)
def test_a_span_is_compared_with_the_span_before(this: int, before: int | None, words: str) -> None:
    today = date(2026, 3, 1)
    assert trend_from(Counter({today: this, today - timedelta(days=7): 99}), today, before).compared == words


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("this_s", "before_s", "words"),
    [
        (600, 900, "5 min shorter than the month before"),
        (7200, 60.2, "2.0 h longer than the month before"),
        (60, 60.2, "as long as the month before"),
        (60, None, "none the month before"),
        (None, 60, ""),
    ],
)
def test_a_time_is_compared_with_the_month_before(this_s: float | None, before_s: float | None, words: str) -> None:
    assert compare_times(this_s, before_s) == words


@pytest.mark.one_database
def test_the_highest_bar_fills_the_picture() -> None:
    trend = trend_from(Counter({date(2026, 3, 1): 5}), date(2026, 3, 1))
    assert max(bar.height for bar in trend.bars) == pytest.approx(34 * 0.86, abs=0.1)


@pytest.mark.django_db
@pytest.mark.one_database
def test_the_county_of_another_role_is_not_added(db: None) -> None:
    """Pieces of several roles stand once, and are cut to where each permission is held."""
    person = make_person("duty_officer", LICANG)
    person.grants.create(role="shift_leader", region_code=LICANG)
    names = pieces_on(signed_in(person).get("/today/").content)
    assert len(names) == len(set(names)) and "month" in names
