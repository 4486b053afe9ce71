"""Keys and openings as the two officers, the watchers and programs read them; and what they are told."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.telling import IDENTITY, KEEPER, SECRECY
from tocsin.mobilisation.hazard_reports.shown.keys import words_of_keys
from tocsin.notices.face import Contribution, PurposeCard, upward_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.mobilisation.hazard_reports.models import IdentityRequest
    from tocsin.notices.face import Notice


class IdentityRequestOut(Schema):
    """An opening that was asked for."""

    id: UUID
    number: str
    photo: int = Field(description="the original of the photo of this number; 0: who reported")
    reason: str
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    agreed: bool
    handed_on: bool = Field(description="b has opened the first lock")
    ended_at: datetime | None
    state: str = Field(description="asked, declined, agreed, handed_on, ended")
    state_name: str


STATES = {
    "asked": pgettext_lazy("opening of an identity", "asked for"),
    "declined": pgettext_lazy("opening of an identity", "declined"),
    "agreed": pgettext_lazy("opening of an identity", "agreed: B opens first"),
    "handed_on": pgettext_lazy("opening of an identity", "B has opened: A opens now"),
    "ended": pgettext_lazy("opening of an identity", "over"),
}


def describe_request(request: "IdentityRequest") -> IdentityRequestOut:
    """One opening; its report, photo and both persons are loaded."""
    state = "asked"
    if request.decided_at is not None:
        state = "handed_on" if request.inner is not None else "agreed"
        if not request.agreed:
            state = "declined"
        elif request.ended_at is not None:
            state = "ended"
    return IdentityRequestOut(
        id=request.pk,
        number=request.report.number,
        photo=request.photo.number if request.photo is not None else 0,
        reason=request.reason,
        asked_by=str(request.asked_by),
        asked_at=request.asked_at,
        decided_by=str(request.decided_by or ""),
        decided_at=request.decided_at,
        agreed=request.agreed,
        handed_on=request.inner is not None,
        ended_at=request.ended_at,
        state=state,
        state_name=str(STATES[state]),
    )


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What officers and watchers read; never who reported."""
    return {one.pk: "\n".join([*upward_lines(one), _line(one.figures)]) for one in notices}


def page(_notice: "Notice") -> str:
    """The page of keys and openings."""
    return reverse("identity_keys")


def _line(figures: Mapping[str, object]) -> str:
    words = _words_of_photo(figures["matter"]) if figures.get("photo") else ""
    return words % figures if words else _words(figures)


def _words_of_photo(matter: object) -> str:
    match matter:
        case "asked":
            return _("%(who)s asks to open the original of photo %(photo)s of %(number)s: %(reason)s. Agree or decline.")
        case "opened":
            return _("The original of photo %(photo)s of %(number)s is being opened by %(who)s and %(other)s: %(reason)s.")
        case _:
            return ""


def _words(figures: Mapping[str, object]) -> str:
    match figures["matter"]:
        case "asked":
            words = _("%(who)s asks to open who reported %(number)s: %(reason)s. Agree or decline.")
        case "agreed":
            words = _("%(other)s agrees that who reported %(number)s is opened.")
        case "declined":
            words = _("%(other)s declines to open who reported %(number)s.")
        case "handed_on":
            words = _("%(who)s has opened the first lock of %(number)s: open yours.")
        case "opened":
            words = _("Who reported %(number)s is being opened by %(who)s and %(other)s: %(reason)s.")
        case _:
            return words_of_keys(figures)
    return words % figures


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            IDENTITY,
            pgettext_lazy("purpose of a notice", "opening of an identity"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.KEEP, rights.WATCH),
        ),
    ),
    reasons={
        KEEPER: pgettext_lazy("told as", "keeps an identity key"),
        SECRECY: pgettext_lazy("told as", "watches over secrecy"),
    },
)
