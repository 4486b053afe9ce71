"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")

type Days = Annotated[int, msgspec.Meta(ge=1, le=3650)]
type Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class PrecisionFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which verdicts are counted, and what is poor."""

    counted_days: Days
    recent_days: Days
    poor: Share
    least_verdicts: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    mutes: bool
    mutes_urgent: bool


class ProposalFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a proposal may lose, and what a masked cell takes."""

    most_lost: Share
    mask_rejected: Annotated[int, msgspec.Meta(ge=1, le=1000)]


class PrecisionPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    precision: PrecisionFigures
    proposal: ProposalFigures


PRECISION = PolicyFile("vision.precision", FILE, reader(PrecisionPolicy), "智能识别准确率", "Precision of recognisers")


def precision_policy() -> PrecisionPolicy:
    """The policy in force."""
    return PRECISION.current()
