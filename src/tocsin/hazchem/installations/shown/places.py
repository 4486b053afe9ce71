"""Places as phone pages know them without a network, and the words of scanning."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import pgettext
from ninja import Schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.hazchem.installations.models import PlantUnit

MOST_UNITS: Final = 1000


class PhonePlantUnitOut(Schema):
    """A unit of a firm, so that a label is named without a network."""

    id: UUID
    name: str


def describe_phone_units(units: "Iterable[PlantUnit]") -> list[PhonePlantUnitOut]:
    """Units by their names."""
    return [PhonePlantUnitOut(id=one.pk, name=one.name) for one in units]


def place_texts() -> dict[str, str]:
    """Sentences of phone pages on which a place is proved."""
    return {
        "at_place": pgettext("on site", "code of the place scanned"),
        "elsewhere": pgettext("on site", "another code was scanned"),
        "scan": pgettext("phone page", "Scan the sign"),
        "scan_hint": pgettext("on site", "Hold the camera over the code, or the phone to the tag where it reads NFC."),
        "scan_unknown": pgettext("on site", "This is no code of a sign."),
        "scan_denied": pgettext("on site", "The camera does not open."),
        "scan_first": pgettext("on site", "Scan the code at {expected} first."),
        "scanned": pgettext("on site", "Scanned: it goes with your next entry."),
        "wrong_place": pgettext("on site", "Scanned: {read}. Expected: {expected}. Scan the code at the place of the work."),
        "other_firm": pgettext("scanned", "a place of another firm"),
    }
