"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.frames.health import HealthLimits

FILE = Path(__file__).with_name("policy.toml")

type Seconds = Annotated[float, msgspec.Meta(ge=0, le=604_800)]
type Level = Annotated[float, msgspec.Meta(ge=0, le=255)]
type Share = Annotated[float, msgspec.Meta(gt=0, le=1)]


class FrameLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is taken as a frame."""

    most_bytes: Annotated[int, msgspec.Meta(ge=10_000, le=20_000_000)]
    most_megapixels: Annotated[float, msgspec.Meta(ge=0.1, le=50)]
    references: Annotated[int, msgspec.Meta(ge=1, le=16)]


class PictureLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a picture is bad."""

    dark_level: Level
    bright_level: Level
    plain_level: Level
    covered_share: Share
    bare_share: Share
    blurred_px: Annotated[float, msgspec.Meta(ge=3, le=20)]
    blurred_ratio: Annotated[float, msgspec.Meta(ge=1, le=20)]
    least_likeness: Annotated[float, msgspec.Meta(ge=-1, le=1)]


class TimeLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how long, and which clock."""

    clock_share: Share
    frozen_s: Seconds
    clock_off_s: Seconds
    raise_s: Seconds
    clear_s: Seconds
    silent_s: Seconds


class HealthPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    frame: FrameLimits
    picture: PictureLimits
    time: TimeLimits


HEALTH = PolicyFile("vision.health", FILE, reader(HealthPolicy), "摄像机状态", "Health of cameras")


def health_policy() -> HealthPolicy:
    """The policy in force."""
    return HEALTH.current()


def health_limits(policy: HealthPolicy) -> HealthLimits:
    """Its thresholds as the engine takes them."""
    picture, time = policy.picture, policy.time
    return HealthLimits(
        dark_level=picture.dark_level,
        bright_level=picture.bright_level,
        plain_level=picture.plain_level,
        covered_share=picture.covered_share,
        bare_share=picture.bare_share,
        blurred_px=picture.blurred_px,
        blurred_ratio=picture.blurred_ratio,
        least_likeness=picture.least_likeness,
        clock_share=time.clock_share,
        frozen_s=time.frozen_s,
        clock_off_s=time.clock_off_s,
        raise_s=time.raise_s,
        clear_s=time.clear_s,
    )
