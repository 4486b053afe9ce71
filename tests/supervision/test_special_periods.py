"""Special periods: named by an authority, told to the firms concerned, asked for by rules of posts; permits open posts."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, make_named_person
from tests.supervision.firms import NOW, act
from tests.supervision.presence import make_firm, make_key_person, make_shift
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.time import datetime_from_ms
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.inbox import inbox_of
from tocsin.notices.messages.shown import text_of
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.periods.models import SpecialPeriod
from tocsin.supervision.periods.queries import visible_periods
from tocsin.supervision.periods.services import end_period, name_period, tell_firms
from tocsin.supervision.posts.queries.posts import holes_ahead, rosters_of
from tocsin.supervision.posts.services.permits import close_posts, open_posts
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.services.acts import enter_task

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    ensure_regions()
    stand_at(monkeypatch, NOW)


@pytest.fixture
def head() -> User:
    return make_named_person("head", "supervisor")


def named(head: User, **other: Any) -> SpecialPeriod:
    told: dict[str, Any] = {
        "name": "两会",
        "region_code": LICANG,
        "reason": "全国两会",
        "first": TODAY + DAY,
        "last": TODAY + 2 * DAY,
    }
    return name_period(actor=head, now=NOW, **{**told, **other})


def gaps(firm: SupervisedObject, post: str) -> list[tuple[Any, Any, int]]:
    roster = rosters_of([firm.pk], NOW, NOW + 8 * DAY)
    found = holes_ahead([firm], roster, NOW)[firm.pk]
    return [(datetime_from_ms(one.start_ms), datetime_from_ms(one.end_ms), one.missing) for one in found if one.post == post]


def test_a_rule_asks_for_leaders_on_the_days_that_were_named(head: User) -> None:
    firm = make_firm(trade="mine")
    assert gaps(firm, "leader_in_special_periods") == []
    period = named(head)
    begin = NOW - 10 * HOUR + DAY  # the midnight before tomorrow
    assert gaps(firm, "leader_in_special_periods") == [(begin, begin + 2 * DAY, 1)]
    make_shift(make_key_person(firm), begin, 48)
    assert gaps(firm, "leader_in_special_periods") == []
    period.refresh_from_db()
    end_period(actor=head, period_id=period.pk, now=NOW)
    with pytest.raises(Conflict):
        end_period(actor=head, period_id=period.pk, now=NOW)
    assert gaps(make_firm("other", "firm-b", trade="mine"), "leader_in_special_periods") == []


def test_firms_concerned_are_told_once_and_of_the_end(head: User) -> None:
    mine, mill = make_firm(trade="mine"), make_firm("mill", "firm-b", trade="cement_grinding")
    officer = make_named_person("officer", "firm_officer", mine.organisation)
    period = named(head, trades=["mine"])
    while tell_firms(now=NOW):
        pass
    (notice,) = Notice.objects.filter(purpose="special_period")
    assert notice.organisation == mine.organisation and mill.organisation != mine.organisation
    assert "2026-11-26 to 2026-11-27: 全国两会" in text_of(notice)
    assert list(inbox_of(officer, now=NOW)) == [notice]
    assert list(visible_periods(officer)) == [period]
    end_period(actor=head, period_id=period.pk, now=NOW)
    while tell_firms(now=NOW):
        pass
    texts = [text_of(one) for one in Notice.objects.filter(purpose="special_period").order_by("written_at", "key")]
    assert len(texts) == 2 and any("ended early" in one for one in texts)


WRONG: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"first": TODAY - DAY}, InvalidInput),  # nobody is asked for days that are over
    ({"last": TODAY}, InvalidInput),
    ({"last": TODAY + 200 * DAY}, InvalidInput),
    ({"reason": " "}, InvalidInput),
    ({"trades": ["juggling"]}, InvalidInput),
    ({"region_code": "370300"}, NotAllowed),
]


@pytest.mark.parametrize(("given", "refused"), WRONG)
def test_what_does_not_fit_is_refused(head: User, given: dict[str, Any], refused: type[Exception]) -> None:
    with pytest.raises(refused):
        named(head, **given)


def test_only_leaders_of_the_authority_name_periods() -> None:
    with pytest.raises(NotAllowed):
        named(make_named_person("inspector", "inspector"))


def test_the_technical_head_checks_before_a_period_by_their_own_account(head: User) -> None:
    firm = make_firm(trade="mine", major_hazard=True)
    officer = make_named_person("officer", "firm_officer", firm.organisation)
    technical = make_named_person("technical", "firm_officer", firm.organisation)
    make_key_person(firm, role="hazard_technical", user=technical)
    named(head, first=TODAY + 5 * DAY, last=TODAY + 6 * DAY)
    while tell_firms(now=NOW):
        pass
    task = Task.objects.get(rule="technical_check_period")
    assert task.due_at == NOW - 10 * HOUR + 5 * DAY  # the end of the day before
    with pytest.raises(NotAllowed):
        enter_task(actor=officer, act=act(task.pk, "done"))
    enter_task(actor=technical, act=act(task.pk, "done"))
    task.refresh_from_db()
    assert task.state == "done"


def test_permits_open_posts_for_as_long_as_they_hold() -> None:
    firm = make_firm(trade="mine")
    officer = make_named_person("officer", "firm_officer", firm.organisation)
    guardian = make_key_person(firm, 2, "guardian")
    start = NOW + HOUR
    make_shift(guardian, start, 2)
    open_posts(object_id=firm.pk, permit="D-1", kinds=["special_work"], start=start, end=start + 2 * HOUR, now=NOW)
    assert gaps(firm, "special_work") == [] and not Notice.objects.exists()
    open_posts(object_id=firm.pk, permit="D-2", kinds=["special_work"], start=start + HOUR, end=start + 3 * HOUR, now=NOW)
    assert gaps(firm, "special_work") == [(start + 2 * HOUR, start + 3 * HOUR, 1), (start + HOUR, start + 2 * HOUR, 1)]
    (notice,) = inbox_of(officer, now=NOW)
    assert "permit D-2 needs Guardian of special work" in text_of(notice)
    assert close_posts(object_id=firm.pk, permit="D-2", at=NOW) == 1
    assert gaps(firm, "special_work") == [] and not inbox_of(officer, now=NOW)
    with pytest.raises(InvalidInput):
        open_posts(object_id=firm.pk, permit="D-3", kinds=["nothing"], start=start, end=start + HOUR, now=NOW)
