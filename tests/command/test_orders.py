"""Orders: signed for, worked through, corrected, ended; nothing sets a clock back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.command.orders import FOUND, bodies, case, clock, crew_of, do, now, says, send, undone
from tests.command.street import START, Timeline
from tests.people import make_person
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.command.casebook.models import Case, CaseChange
from tocsin.command.casebook.queries.cases import time_line_of
from tocsin.command.casebook.rules.order_states import OrderRole, OrderState
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.escalation.services.stages import run_clocks
from tocsin.command.handling.services.comments import comment_on_case
from tocsin.command.handling.services.handling import suspend_case
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.rules.acts import OrderAct, ReturnReason, StepVerdict
from tocsin.command.orders.rules.entries import EntryData, missing
from tocsin.command.orders.services.entries import FIELD_NAMES, apply_entry
from tocsin.command.orders.shown import describe_entry
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import text_of
from tocsin.portal.catalogue import TIME_LINES
from tocsin.screens.timeline import gather_lines
from tocsin.warning.diagnosis.models import Answer, Finding
from tocsin.warning.face import newest_diagnoses, open_questions

__all__ = ["bodies", "case", "now"]
pytestmark = pytest.mark.django_db


def test_an_order_has_a_number_a_clock_to_sign_and_a_line(case: Case, bodies: dict[str, Organisation]) -> None:
    order = send(case, bodies["gas_company"])
    assert order.number == f"{case.number}-01"
    signing = clock(case, "sign", order.number)
    assert (signing.began_at, signing.due_at) == (START + timedelta(minutes=1), START + timedelta(minutes=6))
    case.refresh_from_db()
    assert case.state == "dispatched"
    assert "Gas company (lead)" in describe_change(time_line_of(case).get(act="order_sent")).sentence
    do(order, OrderAct.ACCEPT)
    signing.refresh_from_db()
    assert signing.met_at == START + timedelta(minutes=5)


WALK = [
    ("signed, left, on site", [OrderAct.ACCEPT, OrderAct.LEAVE, OrderAct.ARRIVE], "on_site"),
    ("steps may be left out", [OrderAct.ACCEPT, OrderAct.MEND], "mended"),
    ("none goes back", [OrderAct.ACCEPT, OrderAct.MEND, OrderAct.ARRIVE], "mended"),
    ("nothing before the signature", [OrderAct.ARRIVE], "dispatched"),
    ("what came before the signature counts with it", [OrderAct.ARRIVE, OrderAct.LEAVE, OrderAct.ACCEPT], "on_site"),
    ("a note takes nothing further", [OrderAct.ACCEPT, OrderAct.NOTE], "accepted"),
]


def test_the_case_goes_with_its_lead_order(case: Case, bodies: dict[str, Organisation], subtests: pytest.Subtests) -> None:
    order = send(case, bodies["gas_company"])
    for name, acts, state in WALK:
        with subtests.test(name), undone():
            for act in acts:
                do(order, act, EntryData(text="said"))
            assert Case.objects.get(pk=case.pk).state == state
            assert OrderEntry.objects.filter(order=order).count() == len(acts)


def test_the_same_entry_twice_changes_nothing_and_another_under_its_id_is_refused(
    case: Case, bodies: dict[str, Organisation]
) -> None:
    order, identity = send(case, bodies["gas_company"]), new_id()
    first = do(order, OrderAct.ACCEPT, id=identity)
    again = do(order, OrderAct.ACCEPT, id=identity, minutes=9)
    assert (again.pk, again.received_at) == (first.pk, first.received_at)
    order.refresh_from_db()
    assert order.version == 1
    with pytest.raises(Conflict):
        do(order, OrderAct.LEAVE, id=identity)


LACKS = [
    ("a return its reason", OrderAct.RETURN, EntryData()),
    ("a reading its quantity", OrderAct.READING, EntryData(value=1.0)),
    ("a reading its value", OrderAct.READING, EntryData(quantity="methane")),
    ("a finding its cause", OrderAct.FIND_CAUSE, EntryData(asset_code="S3")),
    ("a finding its place", OrderAct.FIND_CAUSE, EntryData(cause="gas_main_leak")),
    ("a photo its file", OrderAct.PHOTO, EntryData()),
    ("a measure its words", OrderAct.CONTROL, EntryData()),
]


def test_what_an_act_needs(case: Case, bodies: dict[str, Organisation], subtests: pytest.Subtests) -> None:
    order = send(case, bodies["gas_company"])
    for name, act, data in LACKS:
        with subtests.test(name), pytest.raises(InvalidInput):
            do(order, act, data)
    assert not OrderEntry.objects.exists()


@pytest.mark.one_database
def test_what_an_act_may_lack_has_words() -> None:
    assert {name for act in OrderAct for name in missing(act, EntryData())} == FIELD_NAMES.keys()


OUTDATED = [
    ("nobody else acted", "", StepVerdict.GOES_ON),
    ("the crew itself acted", "phone-1", StepVerdict.GOES_ON),
    ("the desk acted", "desk", StepVerdict.OUTDATED),
]


def test_an_end_by_who_had_not_seen_what_others_did_is_kept_and_ends_nothing(
    case: Case, bodies: dict[str, Organisation], subtests: pytest.Subtests
) -> None:
    order = send(case, bodies["gas_company"])
    do(order, OrderAct.ACCEPT)
    for name, other, verdict in OUTDATED:
        with subtests.test(name), undone():
            if other:
                do(order, OrderAct.ARRIVE, device=other, base_version=1)
            back = do(order, OrderAct.RETURN, EntryData(reason=ReturnReason.OTHER), device="phone-1", base_version=1)
            assert back.verdict == verdict
            assert (Order.objects.get(pk=order.pk).state == OrderState.RETURNED) is (verdict is StepVerdict.GOES_ON)


def test_what_comes_after_the_end_is_kept_and_told(case: Case, bodies: dict[str, Organisation]) -> None:
    order = send(case, bodies["gas_company"])
    do(order, OrderAct.WITHDRAW)
    late = do(order, OrderAct.ARRIVE)
    assert late.verdict == StepVerdict.ENDED
    line = describe_change(time_line_of(case).get(act="order_arrive")).sentence
    assert "came after the order had ended" in line


def test_a_finding_is_scored_once_and_corrected_by_who_saw_it(case: Case, bodies: dict[str, Organisation]) -> None:
    order = send(case, bodies["gas_company"])
    early = do(order, OrderAct.FIND_CAUSE, FOUND, device="phone-1", base_version=0)
    assert not Finding.objects.exists()
    do(order, OrderAct.ACCEPT, device="phone-1", base_version=0)
    assert Finding.objects.get().cause == "heat_main_leak_biogas"
    do(order, OrderAct.FIND_CAUSE, FOUND, id=early.pk, device="phone-1", base_version=0)
    other = EntryData(cause="sewer_biogas", asset_code="S2")
    unseen = do(order, OrderAct.FIND_CAUSE, other, device="phone-2", base_version=0)
    assert unseen.verdict == StepVerdict.OUTDATED
    assert Finding.objects.count() == 1
    do(order, OrderAct.FIND_CAUSE, other, device="phone-2", base_version=3)
    assert Finding.objects.get(replaced_at__isnull=True).cause == "sewer_biogas"


def test_a_reading_that_a_check_asks_for_is_weighed(case: Case, bodies: dict[str, Organisation]) -> None:
    order = send(case, bodies["gas_company"])
    do(order, OrderAct.ACCEPT)
    do(order, OrderAct.READING, EntryData(check="ethane_in_chamber", value=0.0))
    assert Answer.objects.get().outcome == "none"
    assert "Share of ethane 0 %" in describe_change(time_line_of(case).get(act="order_reading")).sentence


def test_the_last_step_is_taken_back_and_its_clock_runs_again(case: Case, bodies: dict[str, Organisation]) -> None:
    order = send(case, bodies["gas_company"])
    do(order, OrderAct.ACCEPT, minutes=2)
    left = do(order, OrderAct.LEAVE, minutes=5)
    due = clock(case, "arrive").due_at
    wrong = do(order, OrderAct.ARRIVE, minutes=6)
    assert clock(case, "arrive").met_at is not None
    with pytest.raises(InvalidInput):
        do(order, OrderAct.TAKE_BACK, EntryData(corrects=left.pk), minutes=7)
    do(order, OrderAct.TAKE_BACK, EntryData(corrects=wrong.pk), minutes=7)
    order.refresh_from_db()
    case.refresh_from_db()
    assert (order.state, case.state) == ("left", "crew_left")
    assert (clock(case, "arrive").met_at, clock(case, "arrive").due_at) == (None, due)
    assert clock(case, "leave").met_at is not None
    assert clock(case, "check_in", order.number).stopped_at is not None
    do(order, OrderAct.ARRIVE, minutes=30)
    assert clock(case, "arrive").met_at == START + timedelta(minutes=30)
    assert clock(case, "check_in", order.number).stopped_at is None
    assert describe_entry(OrderEntry.objects.get(pk=wrong.pk)).struck


def test_a_wrong_value_is_corrected_in_the_ranking_too(case: Case, bodies: dict[str, Organisation]) -> None:
    order = send(case, bodies["gas_company"])
    do(order, OrderAct.ACCEPT)
    wrong = do(order, OrderAct.READING, EntryData(check="ethane_in_chamber", value=3.0))
    right = do(order, OrderAct.READING, EntryData(check="ethane_in_chamber", value=0.0, corrects=wrong.pk), minutes=6)
    wrong.refresh_from_db()
    assert (wrong.verdict, right.verdict) == (StepVerdict.STRUCK, StepVerdict.STAYS)
    assert Answer.objects.get(withdrawn_at=None).outcome == "none"
    with pytest.raises(InvalidInput):
        do(order, OrderAct.READING, EntryData(quantity="methane", value=1.0, corrects=new_id()))


def test_the_unit_answers_the_question_that_would_decide(case: Case, bodies: dict[str, Organisation]) -> None:
    """The notice of the case asks it; the order asks it again, with its possible answers."""
    heating = send(case, bodies["heating_company"], OrderRole.ASSISTING)
    question = open_questions(case.lead, newest_diagnoses([case.lead_id])[case.lead_id], who="heating_company")[0]
    assert question.check == "makeup_water"
    chosen = EntryData(check=question.check, outcome=question.answers[0].outcome)
    do(heating, OrderAct.ANSWER, chosen)
    answer = Answer.objects.get()
    assert (answer.check_id, answer.outcome, answer.channel) == ("makeup_water", question.answers[0].outcome, "telephone")
    assert open_questions(case.lead, newest_diagnoses([case.lead_id])[case.lead_id], who="heating_company") == []
    with pytest.raises(InvalidInput):
        do(heating, OrderAct.ANSWER, EntryData(check=question.check, outcome="perhaps"))


def test_the_crew_says_in_time_that_it_is_well(case: Case, bodies: dict[str, Organisation]) -> None:
    order = send(case, bodies["gas_company"])
    do(order, OrderAct.ACCEPT)
    do(order, OrderAct.ARRIVE, minutes=20)
    assert clock(case, "check_in", order.number).due_at == START + timedelta(minutes=35)
    do(order, OrderAct.CHECK_IN, minutes=30)
    assert clock(case, "check_in", order.number).due_at == START + timedelta(minutes=45)
    do(order, OrderAct.NOTE, EntryData(text="the cover is open"), minutes=40)  # who tells anything is well, too
    assert clock(case, "check_in", order.number).due_at == START + timedelta(minutes=55)
    do(order, OrderAct.NOTE, EntryData(text="waited on a phone"), minutes=54, at=START + timedelta(minutes=42))
    assert clock(case, "check_in", order.number).due_at == START + timedelta(minutes=57)
    do(order, OrderAct.MEND, minutes=58)
    assert clock(case, "check_in", order.number).next_at is None


PROGRESS: list[tuple[str, str, list[tuple[str, OrderAct, float]], float | None]] = [
    ("nothing was said", "", [], 60),
    ("a signature tells nothing of the matter", "", [("lead", OrderAct.ACCEPT, 5)], 60),
    ("a step", "", [("lead", OrderAct.ACCEPT, 5), ("lead", OrderAct.LEAVE, 20)], 80),
    ("a note after a note", "", [("lead", OrderAct.ACCEPT, 5), ("lead", OrderAct.NOTE, 20), ("lead", OrderAct.NOTE, 70)], 130),
    ("what was said before the signature counts with it", "", [("lead", OrderAct.LEAVE, 10), ("lead", OrderAct.ACCEPT, 15)], 75),
    ("a step that was reached before", "", [("lead", OrderAct.ACCEPT, 5)] + [("lead", OrderAct.LEAVE, at) for at in (6, 40)], 66),
    ("who assists reports for nobody", "", [("assisting", OrderAct.ACCEPT, 5), ("assisting", OrderAct.NOTE, 20)], 60),
    ("what is mended is reported no more", "", [("lead", OrderAct.ACCEPT, 5), ("lead", OrderAct.MEND, 50)], None),
    ("until another unit leads", "withdrawn", [("lead", OrderAct.ACCEPT, 5), ("lead", OrderAct.MEND, 50)], 120),
]


def test_the_lead_units_report_is_met_by_what_it_says_and_waited_for_again(
    case: Case, bodies: dict[str, Organisation], subtests: pytest.Subtests
) -> None:
    for name, then, acts, due in PROGRESS:
        with subtests.test(name), undone():
            orders = {
                "lead": send(case, bodies["gas_company"]),
                "assisting": send(case, bodies["water_company"], OrderRole.ASSISTING),
            }
            for who, act, minutes in acts:
                do(orders[who], act, EntryData(text="said"), minutes=minutes)
            if then == "withdrawn":
                do(orders["lead"], OrderAct.WITHDRAW, minutes=60)
            found = clock(case, "progress")
            assert found.next_at is None if due is None else found.due_at == START + timedelta(minutes=due)


def test_a_report_that_never_came_is_asked_for_again_and_again(case: Case, bodies: dict[str, Organisation]) -> None:
    send(case, bodies["gas_company"])
    for minutes in (30, 60, 90, 120):  # due at 60: reminded, overdue, to the leader; then anew from there
        run_clocks(now=START + timedelta(minutes=minutes))
    lines = [one.figures["percent"] for one in time_line_of(case).filter(act="clock") if one.figures["step"] == "progress"]
    assert lines == [50, 100, 150, 50]
    assert clock(case, "progress").due_at == START + timedelta(minutes=150)


def test_where_no_unit_leads_the_desks_own_words_are_the_report(case: Case, now: Timeline, officer: User) -> None:
    now.at(20)
    comment_on_case(actor=officer, case_id=case.pk, text="water company called, nobody there yet")
    assert clock(case, "progress").due_at == START + timedelta(minutes=80)


def test_a_suspension_does_not_silence_the_crew(
    case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User
) -> None:
    order = send(case, bodies["gas_company"])
    do(order, OrderAct.ACCEPT)
    now.at(10)
    suspend_case(actor=officer, case_id=case.pk, until=START + timedelta(days=1), text="until the road is closed")
    do(order, OrderAct.ARRIVE, minutes=20)
    run_clocks(now=START + timedelta(minutes=36))
    assert Notice.objects.filter(purpose="check_in", why="on_duty").exists()
    assert not Notice.objects.filter(purpose="escalate").exclude(figures__step="check_in").exists()
    with pytest.raises(Conflict, match="A crew is on site"):
        suspend_case(actor=officer, case_id=case.pk, until=START + timedelta(days=2), text="longer")


WHO: list[tuple[str, Callable[[dict[str, Organisation]], User], type[Exception] | None]] = [
    ("its crew", lambda bodies: crew_of(bodies["gas_company"]), None),
    ("its desk", lambda bodies: crew_of(bodies["gas_company"], "unit_desk"), None),
    ("another unit's crew", lambda bodies: crew_of(bodies["water_company"]), Order.DoesNotExist),
    ("a viewer", lambda _bodies: make_person("viewer"), NotAllowed),
    ("the duty officer without a name", lambda _bodies: make_person("duty_officer"), InvalidInput),
]


def test_who_may_enter(case: Case, bodies: dict[str, Organisation], now: Timeline, subtests: pytest.Subtests) -> None:
    order = send(case, bodies["gas_company"])
    now.at(2)
    for name, who, refused in WHO:
        with subtests.test(name), undone():
            person = who(bodies)
            if refused is None:
                assert apply_entry(actor=person, entry=says(order, OrderAct.ACCEPT)).verdict == StepVerdict.GOES_ON
            else:
                with pytest.raises(refused):
                    apply_entry(actor=person, entry=says(order, OrderAct.ACCEPT))


def test_the_desk_writes_down_what_the_unit_says_by_telephone(
    case: Case, bodies: dict[str, Organisation], now: Timeline, officer: User
) -> None:
    order = send(case, bodies["gas_company"])
    kept = apply_entry(actor=officer, entry=says(order, OrderAct.ACCEPT, said_by="Zhao, gas company's desk"))
    assert (kept.channel, kept.said_by) == ("telephone", "Zhao, gas company's desk")
    order.refresh_from_db()
    assert order.accepted_as == "Zhao, gas company's desk"
    with pytest.raises(NotAllowed):
        apply_entry(actor=crew_of(bodies["gas_company"]), entry=says(order, OrderAct.WITHDRAW))
    apply_entry(actor=officer, entry=says(order, OrderAct.WITHDRAW))


def test_neighbours_are_called_before_digging_and_the_silent_are_told(case: Case, bodies: dict[str, Organisation]) -> None:
    """At the suspected main, not at the well that rings, the sewer S3 runs beside; the gas company works on the case already."""
    order = send(case, bodies["gas_company"])
    do(order, OrderAct.ACCEPT)
    do(order, OrderAct.CALL_NEIGHBOURS)
    neighbour = Order.objects.get(case=case, role="stand_by")
    assert neighbour.unit.code == "water_company"
    assert [one.split(" ")[0] for one in neighbour.text.split(", ")] == ["G1", "S3"]
    assert clock(case, "sign", neighbour.number).due_at == START + timedelta(minutes=20)
    do(order, OrderAct.DIG)
    do(neighbour, OrderAct.ACCEPT)
    do(order, OrderAct.DIG)
    lines = [describe_change(one).sentence for one in time_line_of(case).filter(act="order_dig")]
    assert ["no answer yet: Water company" in line for line in lines] == [True, False]
    case.refresh_from_db()
    assert case.state == "accepted"


def test_a_missed_check_in_is_told_to_the_desk_with_the_last_place(case: Case, bodies: dict[str, Organisation]) -> None:
    order = send(case, bodies["gas_company"])
    do(order, OrderAct.ACCEPT)
    do(order, OrderAct.ARRIVE, EntryData(lon=120.4, lat=36.2), minutes=20)
    run_clocks(now=START + timedelta(minutes=36))
    told = Notice.objects.get(purpose="check_in", why="on_duty")
    assert (told.organisation.code, told.act_id) == ("monitoring_centre", None)
    assert "The crew of Gas company has not said that it is well." in text_of(told)
    assert "36.20000, 120.40000" in text_of(told)


def test_the_line_of_every_act_fits_its_column() -> None:
    longest = CaseChange._meta.get_field("act").max_length
    assert [act for act in gather_lines(TIME_LINES) if len(act) > longest] == []
