"""Precision as people and programs read it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from ninja import Field, Schema

from tocsin.engine.sightings.precision import (
    SIDE,
    Tally,
    has_drifted,
    propose_mask,
    propose_threshold,
    try_mask,
    try_threshold,
)
from tocsin.vision.cameras.shown import kind_name
from tocsin.vision.precision.policy import precision_policy
from tocsin.vision.precision.queries import KindPast, Measured
from tocsin.vision.precision.rules import mask_text


class PrecisionOut(Schema):
    """How often a camera's recogniser was right about one kind."""

    camera_id: UUID
    camera: str
    object: str
    kind: str
    kind_name: str
    confirmed: int
    rejected: int
    share: float | None = Field(description="confirmed ones of all verdicts that count")
    low: float = Field(description="lower end of Wilson's interval of 95 %")
    high: float
    recent_share: float | None
    drifted: bool = Field(description="lately and before differ by more than chance")
    poor: bool = Field(description="even the upper end lies below the policy")


class PrecisionHourOut(Schema):
    """Verdicts of one local hour of the day."""

    hour: int
    confirmed: int
    rejected: int


class PrecisionThresholdOut(Schema):
    """A score below which nothing would have been reported."""

    at: float
    kept: int = Field(description="true ones that would have been shown")
    spared: int = Field(description="false ones that would not have been shown")
    lost: int = Field(description="true ones that would not have been shown")
    share: float | None = Field(description="confirmed ones of what is left")

    @property
    def shown(self) -> str:
        """As `services.switch_on` compares it."""
        return f"{self.at:.4f}"


class PrecisionMaskOut(Schema):
    """Cells of the picture, 8 by 8, in which nothing would have been reported."""

    cells: list[tuple[int, int]] = Field(description="column and row from the upper left")
    kept: int
    spared: int
    lost: int
    share: float | None

    @property
    def shown(self) -> str:
        """As `services.switch_on` compares it."""
        return mask_text(self.cells)

    @property
    def rectangles(self) -> list["DrawnCell"]:
        """For a drawing."""
        return drawn(self.cells)


class KindPrecisionOut(Schema):
    """One kind of one camera: verdicts by hour, and what two proposals would have changed."""

    kind: str
    kind_name: str
    confirmed: int
    rejected: int
    share: float | None
    before_share: float | None
    recent_share: float | None
    drifted: bool = Field(description="lately and before differ by more than chance")
    hours: list[PrecisionHourOut]
    set_threshold: float | None = Field(description="in force: below it nothing counts")
    set_cells: list[tuple[int, int]] = Field(description="in force: in them nothing counts")
    set_by: str
    set_at: datetime | None
    muted_at: datetime | None = Field(description="since when no sighting is made; null: it is heard")
    muted_models: list[str]
    threshold: PrecisionThresholdOut | None
    mask: PrecisionMaskOut | None

    @property
    def rectangles(self) -> list["DrawnCell"]:
        """The mask in force, for a drawing."""
        return drawn(self.set_cells)


def describe_measured(one: Measured) -> PrecisionOut:
    """One camera and kind; the camera's firm is loaded."""
    policy, whole = precision_policy().precision, one.whole
    low, high = whole.interval
    return PrecisionOut(
        camera_id=one.camera.pk,
        camera=one.camera.name,
        object=one.camera.object.name if one.camera.object else "",
        kind=one.kind,
        kind_name=kind_name(one.kind),
        confirmed=whole.confirmed,
        rejected=whole.rejected,
        share=_rounded(whole.share),
        low=round(low, 4),
        high=round(high, 4),
        recent_share=_rounded(one.lately.share),
        drifted=has_drifted(one.before, one.lately),
        poor=whole.count >= policy.least_verdicts and high < policy.poor,
    )


def describe_past(one: KindPast) -> KindPrecisionOut:
    """One kind of one camera with what is proposed, tried on the past."""
    hours = [
        PrecisionHourOut(hour=hour, confirmed=each.confirmed, rejected=each.rejected) for hour, each in sorted(one.hours.items())
    ]
    tuning = one.tuning
    tally = Tally(sum(each.confirmed for each in hours), sum(each.rejected for each in hours))
    return KindPrecisionOut(
        kind=one.kind,
        kind_name=kind_name(one.kind),
        confirmed=tally.confirmed,
        rejected=tally.rejected,
        share=_rounded(tally.share),
        before_share=_rounded(one.before.share),
        recent_share=_rounded(one.lately.share),
        drifted=has_drifted(one.before, one.lately),
        hours=hours,
        set_threshold=tuning.threshold if tuning else None,
        set_cells=[(column, row) for column, row in tuning.mask] if tuning else [],
        set_by=str(tuning.tuned_by or "") if tuning else "",
        set_at=tuning.tuned_at if tuning else None,
        muted_at=tuning.muted_at if tuning else None,
        muted_models=tuning.muted_models if tuning else [],
        threshold=_threshold(one),
        mask=_mask(one),
    )


def _threshold(one: KindPast) -> PrecisionThresholdOut | None:
    at = propose_threshold(one.past, most_lost=precision_policy().proposal.most_lost)
    if at is None:
        return None
    trial = try_threshold(one.past, at)
    kept = trial.left.confirmed
    return PrecisionThresholdOut(at=at, kept=kept, spared=trial.spared, lost=trial.lost, share=_rounded(trial.left.share))


def _mask(one: KindPast) -> PrecisionMaskOut | None:
    cells = propose_mask(one.past, least=precision_policy().proposal.mask_rejected)
    if not cells:
        return None
    trial = try_mask(one.past, cells)
    return PrecisionMaskOut(
        cells=sorted(cells),
        kept=trial.left.confirmed,
        spared=trial.spared,
        lost=trial.lost,
        share=_rounded(trial.left.share),
    )


class DrawnCell(NamedTuple):
    """A cell as a rectangle of a picture of 100 by 100."""

    x: float
    y: float
    side: float


def drawn(cells: Iterable[tuple[int, int]]) -> list[DrawnCell]:
    """Cells for a drawing."""
    side = 100 / SIDE
    return [DrawnCell(column * side, row * side, side) for column, row in cells]


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
