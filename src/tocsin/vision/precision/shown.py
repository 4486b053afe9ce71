"""Precision as people and programs read it."""

from uuid import UUID

from ninja import Field, Schema

from tocsin.engine.sightings.precision import (
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
    spared: int = Field(description="false ones that would not have been shown")
    lost: int = Field(description="true ones that would not have been shown")
    share: float | None = Field(description="confirmed ones of what is left")


class PrecisionMaskOut(Schema):
    """Cells of the picture, 8 by 8, in which nothing would have been reported."""

    cells: list[tuple[int, int]] = Field(description="column and row from the upper left")
    spared: int
    lost: int
    share: float | None


class KindPrecisionOut(Schema):
    """One kind of one camera: verdicts by hour, and what two proposals would have changed."""

    kind: str
    kind_name: str
    confirmed: int
    rejected: int
    share: float | None
    hours: list[PrecisionHourOut]
    threshold: PrecisionThresholdOut | None
    mask: PrecisionMaskOut | None


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
    tally = Tally(sum(each.confirmed for each in hours), sum(each.rejected for each in hours))
    return KindPrecisionOut(
        kind=one.kind,
        kind_name=kind_name(one.kind),
        confirmed=tally.confirmed,
        rejected=tally.rejected,
        share=_rounded(tally.share),
        hours=hours,
        threshold=_threshold(one),
        mask=_mask(one),
    )


def _threshold(one: KindPast) -> PrecisionThresholdOut | None:
    at = propose_threshold(one.past, most_lost=precision_policy().proposal.most_lost)
    if at is None:
        return None
    trial = try_threshold(one.past, at)
    return PrecisionThresholdOut(at=at, spared=trial.spared, lost=trial.lost, share=_rounded(trial.left.share))


def _mask(one: KindPast) -> PrecisionMaskOut | None:
    cells = propose_mask(one.past, least=precision_policy().proposal.mask_rejected)
    if not cells:
        return None
    trial = try_mask(one.past, cells)
    return PrecisionMaskOut(cells=sorted(cells), spared=trial.spared, lost=trial.lost, share=_rounded(trial.left.share))


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
