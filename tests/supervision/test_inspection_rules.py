"""The rules of inspections and hidden dangers as tables."""

from datetime import date, timedelta

import pytest

from tests.languages import english as english
from tocsin.supervision.inspections.policy.checklists import shipped_lists
from tocsin.supervision.inspections.rules.checklists import Proof, Said, best_list, lacks_proof
from tocsin.supervision.inspections.rules.findings import (
    FindingAct,
    FindingState,
    FindingVerdict,
    is_overdue,
)
from tocsin.supervision.inspections.rules.findings import step as finding_step
from tocsin.supervision.inspections.rules.inspections import InspectionAct, InspectionState, InspectionVerdict, step

S, A, V = InspectionState, InspectionAct, InspectionVerdict


INSPECTION_STEPS: list[tuple[InspectionState, InspectionAct, bool, InspectionVerdict, InspectionState]] = [
    (S.PLANNED, A.BEGIN, True, V.GOES_ON, S.OPEN),
    (S.PLANNED, A.ANSWER, True, V.NOT_BEGUN, S.PLANNED),
    (S.PLANNED, A.SIGN, True, V.NOT_BEGUN, S.PLANNED),
    (S.OPEN, A.BEGIN, True, V.ALREADY, S.OPEN),
    (S.OPEN, A.ANSWER, True, V.STAYS, S.OPEN),
    (S.OPEN, A.FINDING, False, V.STAYS, S.OPEN),
    (S.OPEN, A.SIGN, True, V.GOES_ON, S.SIGNED),
    (S.OPEN, A.CONFIRM, False, V.NOT_BEGUN, S.OPEN),
    (S.SIGNED, A.CONFIRM, True, V.ONE_PERSON, S.SIGNED),
    (S.SIGNED, A.CONFIRM, False, V.GOES_ON, S.CONFIRMED),
    (S.SIGNED, A.REOPEN, False, V.GOES_ON, S.OPEN),
    (S.SIGNED, A.ANSWER, True, V.ENDED, S.SIGNED),
    (S.CONFIRMED, A.SIGN, True, V.ALREADY, S.CONFIRMED),
    (S.CONFIRMED, A.NOTE, True, V.STAYS, S.CONFIRMED),
    (S.OPEN, A.PARTY_SIGN, True, V.NOT_BEGUN, S.OPEN),
    (S.SIGNED, A.PARTY_SIGN, True, V.STAYS, S.SIGNED),
    (S.CONFIRMED, A.PARTY_REFUSE, True, V.STAYS, S.CONFIRMED),
]


@pytest.mark.parametrize(("state", "does", "first", "verdict", "after"), INSPECTION_STEPS)
def test_an_inspection_goes_from_plan_to_the_second_signature(
    state: InspectionState, does: InspectionAct, first: bool, verdict: InspectionVerdict, after: InspectionState
) -> None:
    assert step(state, does, first=first) == (verdict, after)


F, B, W = FindingState, FindingAct, FindingVerdict


FINDING_STEPS: list[tuple[FindingState, FindingAct, FindingVerdict, FindingState]] = [
    (F.OPEN, B.RECTIFY, W.GOES_ON, F.RECTIFIED),
    (F.OPEN, B.PASS, W.TOO_EARLY, F.OPEN),
    (F.OPEN, B.FIX, W.STAYS, F.OPEN),
    (F.RECTIFIED, B.FIX, W.ALREADY, F.RECTIFIED),
    (F.RECTIFIED, B.RECTIFY, W.ALREADY, F.RECTIFIED),
    (F.RECTIFIED, B.PASS, W.GOES_ON, F.CLOSED),
    (F.RECTIFIED, B.FAIL, W.GOES_ON, F.OPEN),
    (F.RECTIFIED, B.ASK_EXTENSION, W.ALREADY, F.RECTIFIED),
    (F.CLOSED, B.RECTIFY, W.ENDED, F.CLOSED),
    (F.CLOSED, B.PENALTY, W.STAYS, F.CLOSED),
    (F.OPEN, B.WITHDRAW, W.GOES_ON, F.WITHDRAWN),
    (F.OPEN, B.ACCEPT_RISK, W.GOES_ON, F.ACCEPTED),
    (F.ACCEPTED, B.COME_BACK, W.GOES_ON, F.OPEN),
    (F.ACCEPTED, B.RECTIFY, W.GOES_ON, F.RECTIFIED),
    (F.RECTIFIED, B.ACCEPT_RISK, W.ALREADY, F.RECTIFIED),
    (F.WITHDRAWN, B.FAIL, W.ENDED, F.WITHDRAWN),
]


@pytest.mark.parametrize(("state", "does", "verdict", "after"), FINDING_STEPS)
def test_a_finding_goes_from_finding_to_closure(
    state: FindingState, does: FindingAct, verdict: FindingVerdict, after: FindingState
) -> None:
    assert finding_step(state, does) == (verdict, after)


def test_what_others_took_further_is_outdated() -> None:
    assert finding_step(F.OPEN, B.RECTIFY, outdated=True) == (W.OUTDATED, F.OPEN)


def test_overdue_begins_after_the_last_day() -> None:
    due = date(2026, 11, 20)
    assert [is_overdue(F.OPEN, due, due + timedelta(days=n)) for n in (-1, 0, 1)] == [False, False, True]
    assert not is_overdue(F.RECTIFIED, due, due + timedelta(days=9))


def test_the_shipped_lists_are_whole_and_claim_no_article_they_cannot_defend() -> None:
    wanted = {"general", "chemicals", "fireworks", "mines", "dust", "ammonia", "metal", "crowded", "welding"}
    assert wanted <= set(shipped_lists())
    for one in shipped_lists().values():
        for item in one.item:
            assert item.confidence == "C" or item.article or item.code == "restart_assessment"
            assert not (item.confidence == "C" and item.article)


FITS = [("chemicals", "enterprise", "chemicals"), ("mine", "site", "mines"), ("mine", "equipment", "welding")]


FITS += [("steel", "place", "metal"), ("hotel", "place", "crowded"), ("fishing", "enterprise", "general")]


@pytest.mark.parametrize(("trade", "kind", "code"), FITS)
def test_the_list_that_fits_best_is_taken(trade: str, kind: str, code: str) -> None:
    assert best_list([one.fit for one in shipped_lists().values()], trade, kind) == code


PROOFS: list[tuple[str, str, str, bool, bool]] = [
    ("nothing is asked for", "", "bad", False, False),
    ("a photo is asked for and there", "photo", "bad", True, False),
    ("a photo is asked for and lacks", "photo", "bad", False, True),
    ("what is in order needs none", "photo", "good", False, False),
]


@pytest.mark.parametrize(("name", "proof", "answer", "photo", "lacks"), PROOFS, ids=[one[0] for one in PROOFS])
def test_a_defect_needs_what_its_item_asks_for(name: str, proof: str, answer: str, photo: bool, lacks: bool) -> None:
    said = Said(answer=answer, text="worn", by="Li", at="")
    assert lacks_proof(Proof(proof), said, has_photo=photo) is lacks
