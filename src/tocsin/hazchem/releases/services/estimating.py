"""An estimate is made and kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.installations.queries.units import visible_equipment
from tocsin.hazchem.releases.models import ReleaseEstimate
from tocsin.hazchem.releases.queries.estimates import estimate
from tocsin.hazchem.releases.rules.scenarios import Circumstances, Scenario, steps_of
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.hazchem.installations.models import PlantEquipment
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True, kw_only=True)
class Weather:
    """The air: `wind_from_degrees` 0 north, 90 east; `stability` Pasquill's class A to F."""

    wind_m_s: float
    wind_from_degrees: float
    stability: str = "D"
    temperature_c: float = 20.0


def make_estimate(
    *,
    actor: "User",
    equipment_id: UUID,
    scenario: Scenario,
    substance: str,
    known: Circumstances,
    weather: Weather,
    now: datetime,
) -> ReleaseEstimate:
    """Works out what a release from equipment would do, and keeps it with everything it was reckoned from.

    InvalidInput where equipment and unit have no place, something is missing, or a model does not hold: which limit, by how much.
    """
    equipment = visible_equipment(actor).get(pk=equipment_id)
    unit = equipment.unit
    lon, lat = _place(equipment)
    content: dict[str, Any] = {
        "title": f"{unit.object.name} {equipment.tag} {substance}"[:200],
        "substance": substance,
        "weather": {
            "wind_m_s": weather.wind_m_s,
            "stability": weather.stability,
            "temperature_c": weather.temperature_c,
            "wind_from_degrees": weather.wind_from_degrees,
        },
        "place": {"lon": lon, "lat": lat},
    }
    found = estimate(content, steps_of(scenario, known))
    with transaction.atomic():
        made = ReleaseEstimate.objects.create(
            object=unit.object,
            equipment=equipment,
            region_code=unit.region_code,
            scenario=scenario,
            title=content["title"],
            substance=found.answer.substance[:120],
            lon=lon,
            lat=lat,
            wind_from_degrees=weather.wind_from_degrees,
            case=found.case,
            answer=msgspec.to_builtins(found.answer),
            instead_of=found.refused[:400],
            made_at=now,
            made_by=actor,
        )
        details = {"title": made.title, "scenario": scenario.value}
        record_audit(actor, "release.estimated", "release_estimate", made.pk, made.region_code, details)
    return made


def _place(equipment: "PlantEquipment") -> tuple[float, float]:
    for one in (equipment, equipment.unit, equipment.unit.object):
        if one.lon is not None and one.lat is not None:
            return one.lon, one.lat
    raise InvalidInput(_("Nobody has entered where this equipment stands: enter its place, or that of its unit, first."))
