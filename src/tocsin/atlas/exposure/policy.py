"""`policy.toml` as frozen values: kinds of exposed bodies, and how many people are inside."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from django.utils.translation import get_language

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")

type Hour = Annotated[int, msgspec.Meta(ge=0, le=24)]
type Metres = Annotated[int, msgspec.Meta(ge=0, le=20_000)]
type Share = Annotated[float, msgspec.Meta(ge=0, le=2)]
type Number = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
type Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{2,24}$")]
type Text = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class Near(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What counts as near a case, and how much is listed by name."""

    people_m: Annotated[int, msgspec.Meta(ge=10, le=20_000)]
    bodies_m: Annotated[int, msgspec.Meta(ge=10, le=20_000)]
    most_listed: Annotated[int, msgspec.Meta(ge=1, le=500)]


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One figure of a kind, and which share of it is inside by day, by night, on a day off."""

    code: Code
    zh: Text
    en: Text
    unit_zh: Text
    unit_en: Text
    inside: tuple[Share, Share, Share]

    @property
    def words(self) -> str:
        """Its name in the reader's language."""
        return self.en if (get_language() or "").startswith("en") else self.zh

    @property
    def unit(self) -> str:
        """Its unit in the reader's language."""
        return self.unit_en if (get_language() or "").startswith("en") else self.unit_zh


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"attributes": "attribute"}):
    """One kind of bodies."""

    code: Code
    zh: Text
    en: Text
    covers: bool
    told: bool
    near_m: Metres
    usual: tuple[Number, Number, Number]
    confidence: Literal["A", "B", "C"]
    attributes: tuple[Attribute, ...] = ()

    @property
    def words(self) -> str:
        """Its name in the reader's language."""
        return self.en if (get_language() or "").startswith("en") else self.zh


class ExposurePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"kinds": "kind"}):
    """The whole file."""

    day_from_h: Hour
    day_until_h: Hour
    old_after_months: Annotated[int, msgspec.Meta(ge=1, le=600)]
    near: Near
    kinds: tuple[Kind, ...]

    @property
    def by_code(self) -> dict[str, Kind]:
        """Kinds by their code, in the order of the file."""
        return {one.code: one for one in self.kinds}


def _check(policy: ExposurePolicy, source: str) -> None:
    if not policy.day_from_h < policy.day_until_h:
        raise ValueError(f"{source}: day_from_h is not before day_until_h")
    for names, where in [([one.code for one in policy.kinds], "kind")] + [
        ([each.code for each in one.attributes], f"kind {one.code}") for one in policy.kinds
    ]:
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{source}: {where}: {', '.join(twice)} stands there twice")


EXPOSURE = PolicyFile("atlas.exposure", FILE, reader(ExposurePolicy, _check), "承灾体", "Exposed bodies")


def exposure_policy() -> ExposurePolicy:
    """The policy in force."""
    return EXPOSURE.current()
