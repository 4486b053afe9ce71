"""Findings as people and programs read them."""

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema

from tocsin.base.percent import told_percent
from tocsin.screens.shapes import Name
from tocsin.warning.causes.shown.labels import cause_label, finding_words
from tocsin.warning.diagnosis.models import Finding
from tocsin.warning.diagnosis.rules import ShownRanking
from tocsin.warning.diagnosis.shown.checks import BodyOut, body_of


class ShownOut(Schema):
    cause: str
    label: str
    probability: float

    @property
    def percent(self) -> int:
        """The probability as people are told it."""
        return told_percent(self.probability)


def _first(shown: ShownRanking | None) -> ShownOut | None:
    """The cause that stood first in what was shown, as a finding keeps it."""
    if shown is None:
        return None
    cause, probability, _owner = shown["ranking"][0]
    return ShownOut(cause=cause, label=cause_label(cause), probability=probability)


class FindingOut(Schema):
    id: UUID
    cause: str
    label: str
    cause_in_words: str
    asset_code: str
    lon: float | None
    lat: float | None
    owner: BodyOut | None
    found_by: str
    found_at: datetime
    text: str
    recorded_by: Name
    recorded_at: datetime
    replaced_at: datetime | None = Field(description="when a correction took its place")
    shown_when_taken: ShownOut | None = Field(description="what stood first when the alarm was acknowledged")
    shown_last: ShownOut | None

    @staticmethod
    def resolve_label(finding: Finding) -> str:
        return finding_words(finding.cause, finding.cause_in_words)

    @staticmethod
    def resolve_owner(finding: Finding) -> BodyOut | None:
        return body_of(finding.owner, finding.region_code)

    @staticmethod
    def resolve_shown_when_taken(finding: Finding) -> ShownOut | None:
        return _first(finding.dispatched)

    @staticmethod
    def resolve_shown_last(finding: Finding) -> ShownOut | None:
        return _first(finding.last)
