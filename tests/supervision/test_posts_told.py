"""News of key posts reach the people concerned, once; what is over rings no more."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, make_named_person
from tests.supervision.firms import NOW, make_body
from tests.supervision.presence import BEGIN, make_firm, make_key_person, make_shift
from tests.usual_bodies import usual_bodies
from tocsin.jurisdiction.areas import services as areas_services
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.inbox import inbox_of
from tocsin.notices.messages.services.delivery import deliver
from tocsin.notices.messages.shown import text_of
from tocsin.supervision.posts.models import DutyVerdict, RollCallAnswer
from tocsin.supervision.posts.queries.absences import absences_of_a_day
from tocsin.supervision.posts.queries.posts import calls_of_person
from tocsin.supervision.posts.rules import Means
from tocsin.supervision.posts.services import telling
from tocsin.supervision.posts.services.calls import answer_call, call_by_machine, note_seen, run_calls
from tocsin.supervision.posts.shown.waiting import posts_to_see

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.bodies.models import Organisation

pytestmark = pytest.mark.django_db

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class Firm:
    """A chemical firm with a shift leader on post who has an account, and the bureau that supervises it."""

    def __init__(self) -> None:
        self.bureau: Organisation = usual_bodies(LICANG)["emergency_bureau"]
        self.firm = make_firm()
        self.officer = make_named_person("officer", "firm_officer", self.firm.organisation)
        self.inspector = make_named_person("inspector", "inspector", self.bureau)
        self.stranger = make_named_person("stranger", "inspector", make_body("another_bureau"))
        self.person = make_key_person(self.firm, user=self.officer)
        self.shift = make_shift(self.person)
        self.known: set[UUID] = set()

    def news(self) -> list[Notice]:
        """The notices that have followed since this was asked last."""
        fresh = list(Notice.objects.exclude(pk__in=self.known).order_by("written_at", "key"))
        self.known |= {one.pk for one in fresh}
        return fresh

    def calls(self) -> RollCallAnswer:
        call_by_machine(supervised_object=self.firm, shifts=[self.shift], now=NOW)
        return RollCallAnswer.objects.get()


@pytest.fixture
def firm(monkeypatch: pytest.MonkeyPatch, english: None) -> Firm:
    areas_services.ensure_regions()
    stand_at(monkeypatch, NOW)
    return Firm()


def test_called_called_again_then_the_supervising_body_looks(firm: Firm) -> None:
    answer = firm.calls()
    (first,) = firm.news()
    assert (first.person, first.purpose, first.urgent) == (firm.officer, "roll_call", True)
    assert [one.pk for one in calls_of_person(firm.officer, NOW)] == [answer.pk]
    assert text_of(first) == "Roll call at Hongda Chemicals: please answer by 11-25 10:05 that you are on post."
    assert run_calls(now=NOW + 5 * MINUTE) == 1
    (second,) = firm.news()
    assert text_of(second).startswith("This is the second call.")
    assert list(inbox_of(firm.officer, now=NOW)) == [second]
    assert run_calls(now=NOW + 10 * MINUTE) == 1
    missing = {one.why: one for one in firm.news()}
    assert {why: one.organisation for why, one in missing.items()} == {"competent": firm.bureau, "firm": firm.firm.organisation}
    words = "Hongda Chemicals: Leader on shift (not reachable)."
    looks = "Called and called again, no answer. Somebody has to look by 11-25 10:40."
    assert text_of(missing["competent"]) == f"{words} {looks}"
    assert text_of(missing["firm"]).startswith(f"{words} Nobody answered the roll call") and "Fill the post" in text_of(
        missing["firm"]
    )
    assert firm.person.name not in str([one.figures for one in missing.values()])
    assert list(inbox_of(firm.inspector, now=NOW)) == [missing["competent"]]
    assert list(inbox_of(firm.officer, now=NOW)) == [missing["firm"]]
    assert list(inbox_of(firm.stranger, now=NOW)) == []

    assert [one.pk for one in posts_to_see(firm.inspector, NOW)] == [answer.pk]
    assert not posts_to_see(make_named_person("far", "inspector", region="370202"), NOW).exists()
    assert telling.tell_overdue_posts(now=NOW + 30 * MINUTE) == 0
    assert telling.tell_overdue_posts(now=NOW + 40 * MINUTE) == 1
    assert telling.tell_overdue_posts(now=NOW + 41 * MINUTE) == 0
    (late,) = firm.news()
    assert late.why == "superior"
    assert late.organisation is not None and late.organisation.code == "government_duty_room"
    assert "Emergency management bureau has not looked by 11-25 10:40" in text_of(late)
    note_seen(actor=firm.inspector, answer_id=answer.pk, text="At the post, telephone broken", now=NOW + 45 * MINUTE)
    assert firm.news() == []
    assert list(inbox_of(firm.inspector, now=NOW)) == list(inbox_of(firm.officer, now=NOW)) == []


def test_several_posts_of_a_firm_are_one_notice_and_clocks_run_from_delivery(firm: Firm) -> None:
    other = make_shift(make_key_person(firm.firm, 2, "safety_officer"))
    call_by_machine(supervised_object=firm.firm, shifts=[firm.shift, other], now=NOW)
    (called,) = firm.news()  # the other one has no account
    seen_at = NOW + 2 * MINUTE
    deliver([called], seen_at)
    assert run_calls(now=NOW + 5 * MINUTE) == 1
    assert {len(one.called_ms) for one in RollCallAnswer.objects.all()} == {1, 2}  # who saw it late has the whole time
    for minutes in (7, 10, 12):
        run_calls(now=NOW + minutes * MINUTE)
    bodies = [one for one in firm.news() if one.why == "competent"]
    assert [len(one.figures["posts"]) for one in bodies] == [1, 1]
    deliver([bodies[0]], NOW + 20 * MINUTE)
    assert {one.task_due_at for one in RollCallAnswer.objects.all()} == {NOW + 50 * MINUTE}
    assert telling.tell_overdue_posts(now=NOW + 45 * MINUTE) == 0
    assert telling.tell_overdue_posts(now=NOW + 51 * MINUTE) == 1


def test_an_answer_ends_the_ringing_and_no_body_is_told(firm: Firm) -> None:
    answer = firm.calls()
    firm.news()
    answer_call(actor=firm.officer, answer_id=answer.pk, means=Means.PHONE_PAGE, now=NOW + MINUTE)
    assert firm.news() == []
    assert list(inbox_of(firm.officer, now=NOW)) == []
    assert run_calls(now=NOW + 20 * MINUTE) == 0


def test_absences_found_after_the_shift_are_listed_once_a_day(firm: Firm) -> None:
    end = BEGIN + 8 * HOUR
    DutyVerdict.objects.create(shift=firm.shift, state="absent", since=end + HOUR, judged_at=end + HOUR)
    called = make_shift(make_key_person(firm.firm, 2))
    DutyVerdict.objects.create(shift=called, state="absent", since=BEGIN + 2 * HOUR, judged_at=end)
    call_by_machine(supervised_object=firm.firm, shifts=[called], now=NOW)
    for minutes in (5, 10):
        run_calls(now=NOW + minutes * MINUTE)
    (row,) = absences_of_a_day(firm.inspector, end + 2 * HOUR)
    assert row.shift == firm.shift
    assert list(absences_of_a_day(firm.stranger, end + 2 * HOUR)) == [row]  # the same county
    assert list(absences_of_a_day(make_named_person("elsewhere", "inspector", region="370202"), end + 2 * HOUR)) == []
    morning = NOW.replace(hour=0) + 24 * HOUR  # 08:00 in Qingdao
    assert telling.list_absences(now=morning - MINUTE) == 0
    assert telling.list_absences(now=morning) == 1
    assert telling.list_absences(now=morning + MINUTE) == 0
    notice = Notice.objects.get(purpose="presence", urgent=False)
    assert (notice.organisation, notice.urgent) == (firm.bureau, False)
    lines = text_of(notice).splitlines()
    assert lines[1:] == ["Hongda Chemicals, Leader on shift, 11-25 08:00–11-25 16:00: suspected absent"]
    assert telling.list_absences(now=morning + 24 * HOUR) == 0  # the next day has none
    assert Notice.objects.filter(purpose="presence", urgent=False).count() == 1
