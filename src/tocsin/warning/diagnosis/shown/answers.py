"""Answers as people and programs read them."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Field, Schema

from tocsin.screens.shapes import Name
from tocsin.screens.words import figure
from tocsin.warning.causes.shown.checks import THROUGH, answered, unit_words
from tocsin.warning.diagnosis.models import Answer

REPLACED = "replaced"


class AnswerOut(Schema):
    id: UUID
    check: str
    sentence: str
    outcome: str = Field(description="empty: does not know, could not be measured")
    value: float | None
    given: str = Field(description="as it was entered, where the unit was another one")
    asset_code: str
    said_by: str
    said_through: str
    at: datetime
    entered_by: Name
    note: str
    withdrawn_at: datetime | None
    withdrawn_reason: str

    @staticmethod
    def resolve_check(answer: Answer) -> str:
        return answer.check_id

    @staticmethod
    def resolve_sentence(answer: Answer) -> str:
        return answered(answer.check_id, answer.outcome, answer.value)

    @staticmethod
    def resolve_given(answer: Answer) -> str:
        converted = answer.given_value is not None and answer.given_value != answer.value
        return f"{figure(answer.given_value)} {unit_words(answer.given_unit)}" if converted else ""

    @staticmethod
    def resolve_said_through(answer: Answer) -> str:
        return answer.channel

    @staticmethod
    def resolve_withdrawn_reason(answer: Answer) -> str:
        if answer.withdrawn_at is None:
            return ""
        return _("replaced by a newer answer") if answer.withdrawn_reason == REPLACED else answer.withdrawn_reason

    @property
    def through(self) -> str:
        """The channel in the reader's words."""
        return str(THROUGH[self.said_through])
