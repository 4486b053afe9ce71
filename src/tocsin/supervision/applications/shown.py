"""Applications of firms as people and programs read them, what waits, and what is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import in_one_line
from tocsin.supervision.applications import queries
from tocsin.supervision.applications.models import FirmApplication
from tocsin.supervision.applications.rules import ASKED, FIRM_ANSWER, FIRM_APPLICATION, OWN, ApplicationState
from tocsin.supervision.objects.policy.register import trade_name
from tocsin.supervision.objects.queries.register import region_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.notices.face import Notice

STATE_NAMES: Final[dict[ApplicationState, Promise]] = {
    ApplicationState.WAITING: pgettext_lazy("application of a firm", "waits"),
    ApplicationState.APPROVED: pgettext_lazy("application of a firm", "approved"),
    ApplicationState.COLLECTED: pgettext_lazy("application of a firm", "approved, password fetched"),
    ApplicationState.REFUSED: pgettext_lazy("application of a firm", "refused"),
}
STATE_TONES: Final = {ApplicationState.WAITING: "warn", ApplicationState.APPROVED: "good", ApplicationState.COLLECTED: "good"}


class FirmApplicationOut(Schema):
    """A firm that asks to be registered."""

    id: UUID
    region_code: str
    region: str
    credit_code: str
    name: str
    trade: str
    trade_name: str
    address: str
    contact: str
    telephone: str
    entered_at: datetime
    state: ApplicationState
    state_name: str
    state_tone: str
    reason: str
    decided_by: str
    known: str = Field(description="the firm of this credit code in the register; empty: it would be entered anew")
    has_account: bool = Field(description="that firm has an account: approving gives one person more access to it")
    username: str = Field(description="the account that was opened")


def describe_application(found: FirmApplication) -> FirmApplicationOut:
    """One application with what the register knows of the firm."""
    known = queries.known_firm(found) if found.state is ApplicationState.WAITING else found.object
    return FirmApplicationOut(
        id=found.pk,
        region_code=found.region_code,
        region=region_name(found.region_code),
        credit_code=found.credit_code,
        name=found.name,
        trade=found.trade,
        trade_name=trade_name(found.trade),
        address=found.address,
        contact=found.contact,
        telephone=found.telephone,
        entered_at=found.entered_at,
        state=found.state,
        state_name=str(STATE_NAMES[found.state]),
        state_tone=STATE_TONES.get(found.state, ""),
        reason=found.reason,
        decided_by=str(found.decided_by or ""),
        known=str(known) if known else "",
        has_account=known is not None and known.organisation_id is not None,
        username=found.user.username if found.user else "",
    )


def _tell(found: FirmApplication) -> Waiting:
    return Waiting(in_one_line(found.name, found.credit_code), reverse("firm_applications"), found.entered_at)


WAITING: Final = (
    WaitingKind(
        "firm_application",
        pgettext_lazy("what waits", "Firm that registers itself: decide"),
        (queries.DECIDE,),
        found=queries.waiting_applications,
        tell=_tell,
    ),
)


def asked_texts(notices: "Sequence[Notice]") -> Mapping[UUID, str]:
    """What the department reads."""
    words = _("%(name)s (%(credit_code)s) has registered itself: look at it and take it in or refuse it.")
    return {one.pk: "\n".join([*upward_lines(one), words % one.figures]) for one in notices}


def answer_texts(notices: "Sequence[Notice]") -> Mapping[UUID, str]:
    """What the firm reads; never a password."""
    return {one.pk: _answer(one.figures) for one in notices}


def _answer(figures: Mapping[str, str]) -> str:
    if figures["state"] == ApplicationState.REFUSED.value:
        return _("%(name)s was not registered: %(reason)s") % figures
    words = _("%(name)s is registered. Open the page on which you registered and enter your receipt: it shows your password.")
    return words % figures


def page(_notice: "Notice") -> str:
    """Where the department decides."""
    return reverse("firm_applications")


NOTICES: Final = Contribution(
    purposes=(
        PurposeCard(
            FIRM_APPLICATION,
            pgettext_lazy("purpose of a notice", "firm that registers itself"),
            texts=asked_texts,
            page=page,
            acted_on=page,
            permissions=(queries.DECIDE,),
        ),
        PurposeCard(
            FIRM_ANSWER,
            pgettext_lazy("purpose of a notice", "answer to a firm that registered itself"),
            texts=answer_texts,
            permissions=(queries.DECIDE,),
            stays=True,
        ),
    ),
    reasons={
        ASKED: pgettext_lazy("told as", "department of the trade"),
        OWN: pgettext_lazy("told as", "the firm itself"),
    },
)
