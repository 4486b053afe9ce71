"""Who depends on a firm that has lost its supply, as far as the networks know it."""

from typing import TYPE_CHECKING, Final

from tocsin.lifelines.face import Asset, network
from tocsin.warning.face import unfed_without

if TYPE_CHECKING:
    from tocsin.supervision.objects.models import SupervisedObject

FEEDING: Final = ("pump_station", "heat_station", "gas_regulator", "substation")


def dependants_of(supervised_object: "SupervisedObject") -> list[str]:
    """Names of what nothing feeds any more when the firm's own stations are out of work, those with a use of their own (a
    hospital) first; empty where the networks know of no station that is the firm's.
    """
    if supervised_object.organisation_id is None:
        return []
    owned = Asset.objects.filter(owner=supervised_object.organisation_id, kind__in=FEEDING)
    codes = owned.filter(region_code=supervised_object.region_code).values_list("code", flat=True)
    return [name for name, _use in unfed_without(network(supervised_object.region_code), list(codes))] if codes else []
