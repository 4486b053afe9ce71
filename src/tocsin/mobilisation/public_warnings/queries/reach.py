"""Whom a warning concerns, and how many of them have it: by town, and what stays silent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import shapely
from django.db.models import Count, Q, QuerySet

from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import scope, towns_within
from tocsin.mobilisation.public_warnings.models import DoorRound, PublicWarning, WarningDelivery, WarningOutlet
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.queries.warnings import county_shapes, places_of, shape_of_unit
from tocsin.mobilisation.public_warnings.rules.outlets import OUTLET
from tocsin.mobilisation.public_warnings.rules.places import Units, shape_of
from tocsin.mobilisation.public_warnings.rules.states import DRAFT, SEE, WarningState

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


DISTRICT_DIGITS: Final = 6


@dataclass(frozen=True)
class TownReach:
    """Of one town: subscribers with a row, letters that left, that arrived by a receipt, that did not leave, that were read."""

    town_code: str
    told: int
    sent: int
    delivered: int
    failed: int
    read: int

    @property
    def share(self) -> float:
        """Read of those told; 0 where there is nobody to tell."""
        return self.read / self.told if self.told else 0.0


def concerned_codes(warning: PublicWarning) -> tuple[str, ...]:
    """Codes of the units concerned, and of those of the warning before it: whoever an update leaves outside hears that, once."""
    codes = set(own_codes(warning))
    if warning.earlier is not None:
        codes |= set(own_codes(warning.earlier))
    return tuple(sorted(codes))


def own_codes(warning: PublicWarning) -> tuple[str, ...]:
    """Codes of the units in which it holds: those named, and counties that a shape meets, as borders of towns are not known."""
    codes: set[str] = set()
    for place in places_of(warning):
        if isinstance(place, Units):
            codes |= set(place.codes)
            continue
        shape = shape_of(place, shape_of_unit)
        codes |= {code for code, county in county_shapes().items() if shapely.intersects(county, shape)}
    return tuple(sorted(codes))


def counties_of(warning: PublicWarning) -> tuple[str, ...]:
    """Counties in which it holds; a city's or province's are told one by one."""
    prefixes = prefixes_of(own_codes(warning))
    return tuple(sorted(code for code in county_shapes() if is_within(code, prefixes)))


def is_within(town_code: str, prefixes: tuple[str, ...]) -> bool:
    """Whether a town, or some of a district, lies in units whose codes begin so."""
    return any(town_code.startswith(one) or one.startswith(town_code) for one in prefixes)


def prefixes_of(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Beginnings of the codes of towns in these units; none lies in another."""
    found = sorted({governing_prefix(code) for code in codes}, key=len)
    kept: list[str] = []
    for prefix in found:
        if not any(prefix.startswith(other) for other in kept):
            kept.append(prefix)
    return tuple(sorted(kept))


def reach_by_town(warning: PublicWarning) -> list[TownReach]:
    """Every town concerned, those with nobody to tell among them; the least read first."""
    rows = (
        WarningDelivery.objects.filter(warning=warning)
        .exclude(channel=OUTLET)  # a screen reads nothing
        .order_by()
        .values_list("town_code")
        .annotate(
            told=Count("pk"),
            sent=Count("pk", filter=Q(fate__in=("sent", "delivered"))),
            delivered=Count("pk", filter=Q(fate="delivered")),
            failed=Count("pk", filter=Q(fate__in=("failed", "uncertain"))),
            read=Count("pk", filter=Q(read_at__isnull=False)),
        )
    )
    known = {town: TownReach(town, *counts) for town, *counts in rows}
    towns = set(towns_within(concerned_codes(warning)))
    empty = [TownReach(town, 0, 0, 0, 0, 0) for town in towns - set(known)]
    return sorted([*known.values(), *empty], key=lambda one: (one.share, one.told, one.town_code))


def silent_towns(warning: PublicWarning) -> list[TownReach]:
    """Those in which it holds and too few have read it."""
    least, within = warning_policy(warning.region_code).silent_share, prefixes_of(own_codes(warning))
    towns = (one for one in reach_by_town(warning) if len(one.town_code) > DISTRICT_DIGITS)  # nobody knocks at a whole district
    return [one for one in towns if one.share < least and is_within(one.town_code, within)]


def to_look_at(now: datetime) -> list[PublicWarning]:
    """Warnings in force whose silent towns were not looked for: everybody has a row, and the time to read is over."""
    rows = PublicWarning.objects.filter(
        state=WarningState.ISSUED, exercise=False, queued_at__isnull=False, looked_at__isnull=True, expires_at__gt=now
    ).exclude(msg_type="Cancel")
    return [
        one
        for one in rows.select_related("earlier").defer("cap").order_by("issued_at")[:50]
        if one.issued_at and now - one.issued_at >= timedelta(minutes=warning_policy(one.region_code).silent_after_min)
    ]


def visible_rounds(user: "Person") -> QuerySet[DoorRound]:
    """Silent towns of the regions whose warnings the user may see."""
    return scope(DoorRound.objects.select_related("warning", "done_by").defer("warning__cap"), user, SEE)


def open_rounds(user: "Person") -> QuerySet[DoorRound]:
    """Those in which nobody has knocked yet, where the user may enter it; of warnings that hold."""
    rows = DoorRound.objects.filter(done_at__isnull=True, warning__state=WarningState.ISSUED).select_related("warning")
    return scope(rows.defer("warning__cap"), user, DRAFT).order_by("found_at", "town_code")


def devices_of(warning: PublicWarning) -> list[tuple[str, str, str]]:
    """Devices that were told of a warning: name, fate, what they said."""
    rows = WarningDelivery.objects.filter(warning=warning, channel=OUTLET).order_by("pk")[:200]
    names = dict(
        WarningOutlet.objects.filter(subscriber__in=[row.subscriber_id for row in rows]).values_list("subscriber", "name")
    )
    return [(names.get(row.subscriber_id, ""), row.fate, row.outcome) for row in rows]
