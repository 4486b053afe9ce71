"""`classes.toml` as frozen values."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from django.utils.translation import get_language

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("classes.toml")

type Scheme = Literal["province", "gbt38565", "ndrc2015", "survey"]
type Code = Annotated[str, msgspec.Meta(min_length=1, max_length=8)]


class SupplyClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One class of one scheme."""

    scheme: Scheme
    code: Code
    parent: str
    zh: str
    en: str
    confidence: Literal["A", "B", "C"]


class Classes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"classes": "class"}):
    """The whole file."""

    classes: tuple[SupplyClass, ...]

    def of(self, scheme: Scheme) -> dict[str, SupplyClass]:
        """The classes of one scheme by code, in the order of forms."""
        return {one.code: one for one in self.classes if one.scheme == scheme}


def _check(classes: Classes, source: str) -> None:
    for scheme in ("province", "gbt38565", "ndrc2015", "survey"):
        codes = [one.code for one in classes.classes if one.scheme == scheme]
        if twice := [one for one in codes if codes.count(one) > 1]:
            raise ValueError(f"{source}: class {twice[0]} of {scheme} stands there twice")
        if lost := [one for one in classes.classes if one.scheme == scheme and one.parent and one.parent not in codes]:
            raise ValueError(f"{source}: class {lost[0].code} of {scheme} lies under {lost[0].parent}, which is not there")
    if long := [one.code for one in classes.classes if one.scheme == "province" and len(one.code) > 4]:
        raise ValueError(f"{source}: the code {long[0]} of a category has more than 4 signs")


CLASSES = PolicyFile("supplies.classes", FILE, reader(Classes, _check), "物资分类", "Classes of supplies")


def classes() -> Classes:
    """The classes in force."""
    return CLASSES.current()


def reads_chinese() -> bool:
    """Whether the reader's language is Chinese."""
    return (get_language() or "").startswith("zh")
