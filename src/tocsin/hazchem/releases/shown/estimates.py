"""An estimate in words: what comes out, how far it reaches, who is within, which way to leave."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import get_language, pgettext_lazy
from ninja import Field, Schema

from tocsin.atlas.face import ExposureOut, describe_area
from tocsin.hazchem.releases.policy.substances import both_names
from tocsin.hazchem.releases.queries.answers import CaseAnswer
from tocsin.hazchem.releases.queries.estimates import Zone, answer_of_row
from tocsin.hazchem.releases.queries.surroundings import shown_zones
from tocsin.hazchem.releases.rules.scenarios import Scenario
from tocsin.hazchem.releases.shown.citations import range_in, source_in, unit_in
from tocsin.hazchem.releases.shown.words import consequence_words
from tocsin.screens.words import direction, in_language

if TYPE_CHECKING:
    from tocsin.base.words import Word
    from tocsin.hazchem.releases.models import ReleaseEstimate
    from tocsin.jurisdiction.face import Person


SCENARIO_NAMES = {
    Scenario.BOILING_LIQUID: pgettext_lazy("release", "liquefied gas through a hole"),
    Scenario.GAS: pgettext_lazy("release", "gas through a hole"),
    Scenario.LIQUID_POOL: pgettext_lazy("release", "liquid that runs out and evaporates"),
    Scenario.POOL_FIRE: pgettext_lazy("release", "liquid that runs out and burns"),
    Scenario.JET_FIRE: pgettext_lazy("release", "gas that burns at a hole"),
    Scenario.FIREBALL: pgettext_lazy("release", "ball of fire (BLEVE)"),
    Scenario.EXPLOSION: pgettext_lazy("release", "explosion"),
    Scenario.KNOWN_RATE: pgettext_lazy("release", "cloud of a known rate"),
}


class ReleaseOut(Schema):
    """An estimate of a release."""

    id: UUID
    title: str
    object_id: UUID
    firm: str
    equipment_id: UUID | None
    scenario: str
    scenario_name: str
    substance: str
    lon: float
    lat: float
    wind_m_s: float
    wind_from_degrees: float
    wind_from: str
    stability: str
    leave: list[str] = Field(description="directions across the wind, in which a cloud is left soonest")
    instead_of: str = Field(description="why the model that comes first for the scenario does not hold here")
    subject_kind: str = Field(description="what it was made for: case, or empty")
    subject_label: str = Field(description="its number")
    earlier_id: UUID | None = Field(description="the same release with the wind before")
    wind_by: str = Field(description="the sensors that measured the wind; empty where a person told it")
    wind_at: datetime | None
    made_at: datetime
    made_by: str


class ReleaseFigureOut(Schema):
    """A figure with its range over the weathers around the given one."""

    name: str
    value: float
    low: float
    high: float
    unit: str


class ReleaseDistanceOut(Schema):
    """How far a threshold reaches."""

    threshold: str
    threshold_name: str
    level: float
    level_unit: str
    verdict: str
    verdict_name: str
    distance_m: float
    low_m: float
    high_m: float


class ReleaseStepOut(Schema):
    """One step of the scenario."""

    model: str
    model_name: str
    source: str
    valid: list[str]
    notes: list[str]
    figures: list[ReleaseFigureOut]
    distances: list[ReleaseDistanceOut]


class ReleaseZoneOut(Schema):
    """Where a threshold may be reached, and who is there; `exposure` is null for who may not see exposed bodies."""

    threshold: str
    threshold_name: str
    farthest_m: float
    arrives_min: float | None = Field(description="of a cloud, at the speed of the wind; null for fires and blasts")
    exposure: ExposureOut | None


def describe_estimate(row: "ReleaseEstimate") -> ReleaseOut:
    """One estimate; its firm and its maker are loaded."""
    weather: dict[str, Any] = row.case["weather"]
    towards = (row.wind_from_degrees + 180) % 360
    return ReleaseOut(
        id=row.pk,
        title=row.title,
        object_id=row.object_id,
        firm=row.object.name,
        equipment_id=row.equipment_id,
        scenario=row.scenario,
        scenario_name=str(SCENARIO_NAMES[Scenario(row.scenario)]),
        substance=in_language(both_names(row.substance)),
        lon=row.lon,
        lat=row.lat,
        wind_m_s=weather["wind_m_s"],
        wind_from_degrees=row.wind_from_degrees,
        wind_from=direction(row.wind_from_degrees),
        stability=weather["stability"],
        leave=[direction(towards - 90), direction(towards + 90)],
        instead_of=row.instead_of,
        subject_kind=row.subject_kind,
        subject_label=row.subject_label,
        earlier_id=row.earlier_id,
        wind_by=row.wind_by,
        wind_at=row.wind_at,
        made_at=row.made_at,
        made_by=str(row.made_by),
    )


def describe_steps(answer: CaseAnswer) -> list[ReleaseStepOut]:
    """What each step answers."""
    words, language = consequence_words(), get_language() or "en"
    return [
        ReleaseStepOut(
            model=step.model,
            model_name=_told(words.models, step.model),
            source=source_in(step.source, language),
            valid=[range_in(one, language) for one in step.valid],
            notes=[_told(words.notes, one) for one in step.notes],
            figures=[
                ReleaseFigureOut(
                    name=_told(words.figures, one.name),
                    value=one.value,
                    low=one.low,
                    high=one.high,
                    unit=unit_in(one.unit, language),
                )
                for one in step.figures
            ],
            distances=[
                ReleaseDistanceOut(
                    threshold=one.threshold,
                    threshold_name=threshold_name(one.threshold),
                    level=one.level,
                    level_unit=one.level_unit,
                    verdict=one.verdict,
                    verdict_name=_told(words.verdicts, one.verdict),
                    distance_m=one.distance_m,
                    low_m=one.low_m,
                    high_m=one.high_m,
                )
                for one in step.distances
            ],
        )
        for step in answer.steps
    ]


def describe_zones(row: "ReleaseEstimate", user: "Person", *, sees: bool, at: datetime) -> list[ReleaseZoneOut]:
    """The zones that people are counted in, the gravest first; `sees`: the reader may see exposed bodies."""
    wind = float(row.case["weather"]["wind_m_s"])
    return [
        ReleaseZoneOut(
            threshold=zone.threshold,
            threshold_name=threshold_name(zone.threshold),
            farthest_m=round(zone.farthest_m),
            arrives_min=round(zone.farthest_m / wind / 60, 1) if zone.kind == "fan" else None,
            exposure=describe_area(user, zone.shape, at=at, place=(row.lon, row.lat)) if sees else None,
        )
        for zone in shown_zones(answer_of_row(row))
    ]


def zone_features(row: "ReleaseEstimate") -> list[dict[str, object]]:
    """The zones as GeoJSON, the largest first so that the gravest lies on top, and the place of the release."""
    zones = shown_zones(answer_of_row(row))
    areas = [_feature(zone, row, place) for place, zone in enumerate(zones)]
    spot: dict[str, object] = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
        "properties": {"name": row.title, "words": row.object.name, "url": f"/plants/releases/{row.pk}/", "shape": "red"},
    }
    return [*reversed(areas), spot]


def _feature(zone: Zone, row: "ReleaseEstimate", place: int) -> dict[str, object]:
    ring = [[round(lon, 6), round(lat, 6)] for lon, lat in zone.shape.exterior.coords]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "name": threshold_name(zone.threshold),
            "words": f"{zone.farthest_m:,.0f} m",
            "url": f"/plants/releases/{row.pk}/",
            "shape": ("red", "orange", "yellow", "yellow", "blue")[place],
        },
    }


def threshold_name(code: str) -> str:
    """What a threshold is called."""
    return _told(consequence_words().thresholds, code)


def _told(words: "dict[str, Word]", code: str) -> str:
    word = words.get(code)
    return code if word is None else word.in_language(get_language() or "en")
