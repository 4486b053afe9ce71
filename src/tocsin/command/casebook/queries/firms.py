"""At which firms a case is open: one whose place, or whose leading alarm's, is near to a place of the firm."""

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING
from uuid import UUID

from tocsin.base.geometry import distance_m
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.cases import OPEN_STATES

if TYPE_CHECKING:
    from tocsin.hazchem.face import FirmPlace


def firms_with_case(places: "Sequence[FirmPlace]", near_m: float) -> Set[UUID]:
    """Firms of these places at which a real case is open; what is practised opens nothing."""
    if not places:
        return set()
    rows = Case.objects.real().filter(state__in=OPEN_STATES, going_at__isnull=True)
    found: set[UUID] = set()
    for lon, lat, alarm_lon, alarm_lat in rows.values_list("lon", "lat", "lead__lon", "lead__lat"):
        at = (alarm_lon, alarm_lat) if lon is None or lat is None else (lon, lat)
        if at[0] is not None and at[1] is not None:
            found |= {one.firm_id for one in places if distance_m(at[0], at[1], one.lon, one.lat) <= near_m}
    return found
