"""Marks and calibrations as people and programs read them."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.base.time import datetime_from_ms
from tocsin.notices.face import Contribution, PurposeCard
from tocsin.sensing.trust.models import QUALITY_NAMES, RULE_NAMES, QualityMark
from tocsin.sensing.trust.queries import MANAGE
from tocsin.sensing.trust.rules import CALIBRATIONS, KEEPER, OWNER, CalibrationState, MarkQuality, MarkRule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tocsin.notices.face import Notice

CALIBRATION_NAMES = {
    CalibrationState.UNSAID: pgettext_lazy("calibration", "nobody has said"),
    CalibrationState.VALID: pgettext_lazy("calibration", "holds"),
    CalibrationState.DUE_SOON: pgettext_lazy("calibration", "due soon"),
    CalibrationState.OVERDUE: pgettext_lazy("calibration", "overdue"),
}


class QualityMarkOut(Schema):
    """What a rule or a person says of a span of readings."""

    id: UUID
    sensor_id: UUID
    begins: datetime
    ends: datetime | None = Field(description="null: it holds until it is ended")
    quality: str = Field(description="good, suspect, bad, replaced")
    quality_name: str
    value: float | None = Field(description="what stands in the place of what was sent, in the canonical unit")
    said_by: str = Field(description="the person, or the rule in words")
    rule: str = Field(description="the rule that marked it; empty for a person")
    reason: str
    at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_reason: str


class CalibrationOut(Schema):
    """How a sensor's calibration stands."""

    sensor_id: UUID
    calibrated_on: date | None
    calibration_due: date | None
    state: CalibrationState
    state_name: str


def describe_mark(one: QualityMark) -> QualityMarkOut:
    """One mark; persons are loaded."""
    quality = MarkQuality(one.quality)
    return QualityMarkOut(
        id=one.pk,
        sensor_id=one.sensor_id,
        begins=datetime_from_ms(one.from_ms),
        ends=None if one.to_ms is None else datetime_from_ms(one.to_ms),
        quality=quality.name.lower(),
        quality_name=str(QUALITY_NAMES[quality]),
        value=one.value,
        said_by=str(RULE_NAMES[MarkRule(one.rule)]) if one.rule else str(one.by),
        rule=one.rule,
        reason=one.reason,
        at=one.at,
        withdrawn_at=one.withdrawn_at,
        withdrawn_by=str(one.withdrawn_by or ""),
        withdrawn_reason=one.withdrawn_reason,
    )


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """How many are overdue and how many due, and the first of them."""
    return {notice.pk: _text(notice) for notice in notices}


def page(notice: "Notice") -> str:
    """The list of what is due."""
    return reverse("calibrations")


def _text(notice: "Notice") -> str:
    overdue, due = int(notice.figures["overdue"]), int(notice.figures["due"])
    told = []
    if overdue:
        words = ngettext("%(count)s sensor's calibration is overdue", "%(count)s sensors' calibration is overdue", overdue)
        told.append(words % {"count": overdue})
    if due:
        words = ngettext("%(count)s sensor must be calibrated soon", "%(count)s sensors must be calibrated soon", due)
        told.append(words % {"count": due})
    return _("%(what)s: %(names)s") % {"what": "; ".join(told), "names": ", ".join(notice.figures["names"])}


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            CALIBRATIONS,
            pgettext_lazy("purpose of a notice", "calibrations"),
            texts=texts,
            acted_on=page,
            permissions=(MANAGE,),
            stays=True,
        ),
    ),
    reasons={
        KEEPER: pgettext_lazy("told as", "keeper of sensors"),
        OWNER: pgettext_lazy("told as", "body that has the sensors"),
    },
)
