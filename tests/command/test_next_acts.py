"""What presses on a case, in its order."""

import pytest

from tocsin.command.case_page.rules import NextAct, Pressing, next_acts
from tocsin.command.casebook.rules.cases import CaseState

TABLE = [
    ("new", Pressing(CaseState.WAITING, taken=False), ["take", "send_lead"]),
    ("in hand, nobody sent", Pressing(CaseState.ANALYSING, taken=True), ["send_lead"]),
    ("sent by policy before anybody looked", Pressing(CaseState.DISPATCHED, taken=False), ["take", "await_signature"]),
    ("on the way", Pressing(CaseState.CREW_LEFT, taken=True), ["await_arrival"]),
    ("a silent crew after the untold", Pressing(CaseState.ON_SITE, True, True, True), ["tell", "call_crew", "await_control"]),
    ("mended, papers missing", Pressing(CaseState.MENDED, taken=True, lacks=True), ["complete"]),
    ("the rule is kept", Pressing(CaseState.RECHECKING, taken=True), ["sign_closed"]),
    ("a second person is waited for", Pressing(CaseState.ANALYSING, taken=True, outcome_waits=True), ["agree"]),
    ("an alarm rings anew", Pressing(CaseState.ON_SITE, taken=True, rings=True), ["take", "await_control"]),
    ("a warning stands", Pressing(CaseState.RECHECKING, taken=True, declared=True), ["end_declaration"]),
    ("a report is owed", Pressing(CaseState.ON_SITE, taken=True, report_owed=True), ["report", "await_control"]),
    ("nobody above knows", Pressing(CaseState.ON_SITE, taken=True, unreported=True), ["await_control", "first_report"]),
    ("a plan fits", Pressing(CaseState.ACCEPTED, taken=True, plan_fits=True), ["await_leaving", "start_plan"]),
    ("too late for a plan", Pressing(CaseState.MENDED, taken=True, plan_fits=True, lacks=True), ["complete"]),
    ("suspended", Pressing(CaseState.CONTROLLED, taken=True, suspended=True), ["resume"]),
    ("the machine asks", Pressing(CaseState.CONTROLLED, taken=True, proposals=True), ["answer", "await_cause"]),
    ("over", Pressing(CaseState.CLOSED, taken=True, untold=True), []),
    ("merged", Pressing(CaseState.MERGED, taken=False), []),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_what_presses(facts: Pressing, expected: list[str]) -> None:
    assert [act.value for act in next_acts(facts)] == expected


def test_every_open_state_has_something_to_do() -> None:
    for state in CaseState:
        over = state in (CaseState.CLOSED, CaseState.MERGED)
        assert bool(next_acts(Pressing(state, taken=True))) is not over
    assert {act for state in CaseState for act in next_acts(Pressing(state, taken=True))} <= set(NextAct)
