"""What somebody is asked about an alarm: the checks that would decide, and every question that its causes still leave open."""

from typing import TYPE_CHECKING

from ninja import Field, Schema

from tocsin.warning.causes.policy.checks import CHECKS, CheckCard
from tocsin.warning.causes.shown.checks import check_words, measured_quantity, outcome_words
from tocsin.warning.diagnosis.queries.answers import standing_answers
from tocsin.warning.diagnosis.shown.checks import UnitOut, what_would_decide

if TYPE_CHECKING:
    from tocsin.warning.alarms.models import Alarm
    from tocsin.warning.diagnosis.models import Diagnosis


class PossibleAnswerOut(Schema):
    outcome: str
    label: str


class OpenQuestionOut(Schema):
    """One question with its possible answers; `units` where a value answers it."""

    check: str
    ask: str
    who: str = Field(description="the code of the body that is asked; empty: nobody is named")
    asset_code: str
    place: str
    quantity: str
    units: list[UnitOut]
    answers: list[PossibleAnswerOut]


def open_questions(alarm: "Alarm", diagnosis: "Diagnosis", *, who: str = "") -> list[OpenQuestionOut]:
    """Questions that nobody has answered, those that would decide first; of one body where its code is named.

    A question by telephone about a cause of the ranking is asked also where a sensor speaks for or against it already: whoever
    was asked by a notice can answer.
    """
    cards = CHECKS.current().cards
    found = [
        OpenQuestionOut(
            check=one.check,
            ask=one.ask,
            who=one.who.code if one.who else "",
            asset_code=one.asset_code,
            place=one.place,
            quantity=one.quantity,
            units=one.units,
            answers=_answers(cards[one.check]),
        )
        for one in what_would_decide(alarm, diagnosis)
    ]
    known = {one.check for one in found} | {one.check_id for one in standing_answers(alarm)}
    causes = {one["cause"] for one in diagnosis.result["hypotheses"]}
    found += [
        OpenQuestionOut(
            check=code,
            ask=check_words(card),
            who=card.who,
            asset_code="",
            place="",
            quantity=measured_quantity(card),
            units=[],
            answers=_answers(card),
        )
        for code, card in cards.items()
        if card.by_telephone and code not in known and causes & set(card.check.given)
    ]
    return [one for one in found if not who or one.who == who]


def _answers(card: CheckCard) -> list[PossibleAnswerOut]:
    return [PossibleAnswerOut(outcome=one.id, label=outcome_words(card, one.id)) for one in card.outcomes]
