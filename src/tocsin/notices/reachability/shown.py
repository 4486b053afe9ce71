"""What the monthly drill asks, in words."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Schema

from tocsin.notices.messages.queries.contributions import Contribution, PurposeCard
from tocsin.notices.messages.rules.fates import CHANNEL_TEST, REACHABILITY
from tocsin.notices.messages.shown import SendingOut, describe_sending
from tocsin.notices.reachability.queries import Reached

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.jurisdiction.face import Person
    from tocsin.notices.messages.models import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """The same for everybody."""
    words = _("Monthly test: please answer that you have read this. Nothing has happened.")
    return {notice.pk: words for notice in notices}


def test_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """The same for everybody."""
    words = _("Test that you asked for yourself: this way reaches you. Nothing has happened.")
    return {notice.pk: words for notice in notices}


class ReachedRow(Schema):
    """How many of a body's contact points answered in a month, and those that did not."""

    organisation: str
    asked: int
    answered: int
    percent: int
    silent: list[SendingOut]

    @property
    def silent_ways(self) -> list[str]:
        """Each contact point that did not answer, in a line."""
        return [f"{way.channel_name} {way.address} {way.fate_name}" for way in self.silent]


def describe_reached(reached: Reached, reader: "Person") -> ReachedRow:
    """One body of the page."""
    return ReachedRow(
        organisation=reached.organisation,
        asked=reached.asked,
        answered=reached.answered,
        percent=reached.percent,
        silent=[describe_sending(way, reader) for way in reached.silent],
    )


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            REACHABILITY,
            pgettext_lazy("purpose of a notice", "reachability drill"),
            texts=texts,
            signature=True,
            stays=True,
            public=True,
        ),
        PurposeCard(
            CHANNEL_TEST, pgettext_lazy("purpose of a notice", "test of a channel"), texts=test_texts, stays=True, public=True
        ),
    ),
    reasons={
        REACHABILITY: pgettext_lazy("told as", "reachability drill"),
        CHANNEL_TEST: pgettext_lazy("told as", "who tries a channel"),
    },
)
