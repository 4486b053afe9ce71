"""An estimate is made, made again with another wind, and kept; a case takes it over."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.hazchem.installations.queries.units import visible_equipment
from tocsin.hazchem.releases.models import ReleaseEstimate
from tocsin.hazchem.releases.queries.estimates import Estimated, estimate, place_of, visible_estimates
from tocsin.hazchem.releases.queries.subjects import ReleaseSubject
from tocsin.hazchem.releases.queries.wind import Air, Weather, air_of
from tocsin.hazchem.releases.rules.scenarios import Circumstances, Scenario, chains_of, steps_of
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def make_estimate(
    *,
    actor: "User",
    equipment_id: UUID,
    scenario: Scenario,
    substance: str,
    known: Circumstances,
    weather: Weather,
    now: datetime,
    subject: ReleaseSubject | None = None,
) -> ReleaseEstimate:
    """Works out what a release from equipment would do, and keeps it with everything it was reckoned from. What `weather` does
    not tell of the wind is what is measured now.

    InvalidInput where equipment and unit have no place, something is missing, or a model does not hold: which limit, by how much.
    """
    equipment = visible_equipment(actor).get(pk=equipment_id)
    unit = equipment.unit
    lon, lat = place_of(equipment)
    air = air_of(actor, unit.object.organisation_id, weather, lon, lat, now)
    content: dict[str, Any] = {
        "title": f"{unit.object.name} {equipment.tag} {substance}"[:200],
        "substance": substance,
        "weather": _written(air),
        "place": {"lon": lon, "lat": lat},
    }
    made = ReleaseEstimate(
        object=unit.object,
        equipment=equipment,
        region_code=unit.region_code,
        scenario=scenario,
        title=content["title"],
        lon=lon,
        lat=lat,
        subject_kind=subject.kind if subject else "",
        subject_id=subject.id if subject else None,
        subject_label=subject.label if subject else "",
    )
    return _keep(made, estimate(content, steps_of(scenario, known)), air, actor, now)


def estimate_again(*, actor: "User", estimate_id: UUID, weather: Weather, now: datetime) -> ReleaseEstimate:
    """The same release in other air, or that of now, for the same case; the earlier estimate stands. Conflict where it is the
    same air.
    """
    earlier = visible_estimates(actor).get(pk=estimate_id)
    before: dict[str, Any] = earlier.case
    air = air_of(actor, earlier.object.organisation_id, weather, earlier.lon, earlier.lat, now)
    written = {**before["weather"], **_written(air)}
    if written == before["weather"]:
        raise Conflict(_("The weather is that of this estimate: change the wind, its direction or the stability."))
    content = {name: value for name, value in before.items() if name != "scenario"} | {"weather": written}
    made = ReleaseEstimate(
        object=earlier.object,
        equipment=earlier.equipment,
        region_code=earlier.region_code,
        scenario=earlier.scenario,
        title=earlier.title,
        lon=earlier.lon,
        lat=earlier.lat,
        subject_kind=earlier.subject_kind,
        subject_id=earlier.subject_id,
        subject_label=earlier.subject_label,
        earlier=earlier,
    )
    return _keep(made, estimate(content, chains_of(before["scenario"])), air, actor, now)


def take_over(*, actor: "User", estimate_id: UUID, subject: ReleaseSubject) -> ReleaseEstimate:
    """The estimate and those made from it belong to a case from now on. Conflict where it belongs to another one."""
    with transaction.atomic():
        row = visible_estimates(actor).select_for_update(of=("self",)).get(pk=estimate_id)
        if row.subject_id is not None and row.subject_id != subject.id:
            raise Conflict(_("This estimate belongs to %(number)s already.") % {"number": row.subject_label})
        row.subject_kind, row.subject_id, row.subject_label = subject.kind, subject.id, subject.label
        row.save(update_fields=["subject_kind", "subject_id", "subject_label"])
        details = {"title": row.title, "subject": subject.label}
        record_audit(actor, "release.taken_over", "release_estimate", row.pk, row.region_code, details)
    return row


def _written(air: Air) -> dict[str, object]:
    return {
        "wind_m_s": air.wind_m_s,
        "stability": air.stability,
        "temperature_c": air.temperature_c,
        "wind_from_degrees": air.wind_from_degrees,
    }


def _keep(made: ReleaseEstimate, found: Estimated, air: Air, actor: "User", now: datetime) -> ReleaseEstimate:
    if air.measured is not None:
        made.wind_by, made.wind_at = air.measured.by, air.measured.at
    made.substance = found.answer.substance[:120]
    made.wind_from_degrees = air.wind_from_degrees
    made.case, made.answer = found.case, msgspec.to_builtins(found.answer)
    made.instead_of, made.made_at, made.made_by = found.refused[:400], now, actor
    with transaction.atomic():
        made.save()
        details = {"title": made.title, "scenario": str(made.scenario)}
        record_audit(actor, "release.estimated", "release_estimate", made.pk, made.region_code, details)
    return made
