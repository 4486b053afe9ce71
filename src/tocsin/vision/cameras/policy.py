"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.vision.cameras.rules.codes import CodeRule

FILE = Path(__file__).with_name("policy.toml")

type Seconds = Annotated[float, msgspec.Meta(ge=0, le=86_400)]
type Score = Annotated[float, msgspec.Meta(ge=0, le=1)]
type Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{3,30}$")]


class CodeFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which values the parts of a camera's code may have."""

    industries: tuple[tuple[int, int], ...]
    types: tuple[str, ...]
    networks: tuple[str, ...]


class TableFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How large a table of cameras may be."""

    most_bytes: Annotated[int, msgspec.Meta(ge=1000, le=50_000_000)]
    most_rows: Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of sighting: its words, how urgent it is, what a confirmed one asks for, and how events become one."""

    code: Code
    zh: str
    en: str
    urgent: bool
    asks: Literal["case", "finding", "permit_stop", "permit"]
    least_score: Score
    keep_score: Score
    needed: Annotated[int, msgspec.Meta(ge=1, le=16)]
    within_s: Seconds
    dwell_s: Seconds
    clear_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)]
    blurred_upper: Score
    confidence: Literal["A", "B", "C"]


class CameraPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"kinds": "kind"}):
    """The whole file."""

    code: CodeFigures
    table: TableFigures
    kinds: tuple[Kind, ...]


def _check(policy: CameraPolicy, source: str) -> None:
    codes = [one.code for one in policy.kinds]
    if twice := [one for one in codes if codes.count(one) > 1]:
        raise ValueError(f"{source}: kind {twice[0]} stands there twice")
    if wrong := [one.code for one in policy.kinds if one.keep_score > one.least_score]:
        raise ValueError(f"{source}: kind {wrong[0]}: keep_score lies above least_score")


CAMERAS = PolicyFile(
    "vision.cameras", FILE, reader(CameraPolicy, _check), "智能识别类型与摄像机", "Cameras and kinds of sightings"
)


def camera_policy() -> CameraPolicy:
    """The policy in force."""
    return CAMERAS.current()


def code_rule() -> CodeRule:
    """Which codes cameras may have."""
    figures = camera_policy().code
    industries = frozenset(f"{one:02d}" for least, most in figures.industries for one in range(least, most + 1))
    return CodeRule(industries, frozenset(figures.types), frozenset(figures.networks))


def kinds() -> dict[str, Kind]:
    """All kinds of sightings by code."""
    return {one.code: one for one in camera_policy().kinds}
