"""Levels as people and programs read them. Quantities are in the item's count unit."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.jurisdiction.face import all_regions
from tocsin.screens.words import amount, listed
from tocsin.supplies.catalogue.policy.classes import reads_chinese
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.levels.policy import level_policy
from tocsin.supplies.levels.queries.levels import RegionLevel
from tocsin.supplies.levels.rules.levels import Standing
from tocsin.supplies.stock.shown.stock import item_name, unit_name

STANDING_NAMES: Final[dict[Standing, Promise]] = {
    Standing.BELOW_MINIMUM: pgettext_lazy("level of stock", "below the minimum"),
    Standing.REORDER: pgettext_lazy("level of stock", "order now"),
    Standing.BELOW_TARGET: pgettext_lazy("level of stock", "below the target"),
    Standing.ENOUGH: pgettext_lazy("level of stock", "enough"),
}
STANDING_CLASSES: Final = {
    Standing.BELOW_MINIMUM: "bad",
    Standing.REORDER: "orange",
    Standing.BELOW_TARGET: "warn",
    Standing.ENOUGH: "good",
}


class SupplyLevelOut(Schema):
    """What one region has of one item, and should have."""

    region_code: str
    region: str
    item_id: UUID
    item: str
    unit: str
    have: float = Field(description="available and reserved")
    available: float
    coming: float
    minimum: float
    reorder: float = Field(description="minimum, demand until a delivery comes, and safety stock")
    target: float
    gap: float = Field(description="what is missing to the target, with what comes")
    standing: Standing
    standing_name: str
    advice: str = Field(description="what to move or buy")

    @property
    def css(self) -> str:
        """How a page marks it."""
        return STANDING_CLASSES[self.standing]


def hazard_names() -> dict[str, str]:
    """The kinds of disasters of the policy in the reader's language."""
    return {one.code: one.zh if reads_chinese() else one.en for one in level_policy().hazards}


def describe_levels(rows: Sequence[RegionLevel]) -> list[SupplyLevelOut]:
    """The rows with the names of their regions, and what others can spare of what is missing."""
    names = {one.code: str(one) for one in all_regions().filter(code__in=[row.region_code for row in rows])}
    return [_describe(one, rows, names) for one in rows]


def _describe(one: RegionLevel, rows: Sequence[RegionLevel], names: dict[str, str]) -> SupplyLevelOut:
    return SupplyLevelOut(
        region_code=one.region_code,
        region=names.get(one.region_code, one.region_code),
        item_id=one.item.pk,
        item=item_name(one.item),
        unit=unit_name(one.item),
        have=_units(one.available + one.reserved),
        available=_units(one.available),
        coming=_units(one.coming),
        minimum=_units(one.levels.minimum),
        reorder=_units(one.levels.reorder),
        target=_units(one.levels.target),
        gap=_units(one.gap),
        standing=one.standing,
        standing_name=str(STANDING_NAMES[one.standing]),
        advice=_advice(one, rows, names),
    )


def _advice(one: RegionLevel, rows: Sequence[RegionLevel], names: dict[str, str]) -> str:
    left, told = one.gap, []
    if not left:
        return ""
    others = [row for row in rows if row.item.pk == one.item.pk and row.region_code != one.region_code and row.spare]
    for other in sorted(others, key=lambda row: -row.spare):
        moved = min(left, other.spare)
        region = names.get(other.region_code, other.region_code)
        told.append(_("move %(amount)s from %(region)s") % {"amount": amount(to_number(moved)), "region": region})
        left -= moved
        if not left:
            break
    if left:
        told.append(_("buy %(amount)s") % {"amount": amount(to_number(left))})
    return listed(*told)


def _units(thousandths: int) -> float:
    return float(to_number(thousandths))


LEVEL_COLUMNS: Final = (
    *("region_code", "region", "item", "unit", "have", "available", "coming", "minimum", "reorder", "target", "gap"),
    *("standing_name", "advice"),
)
