"""Early signs as people and programs read them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tocsin.jurisdiction.face import Person
from tocsin.lifelines import face as lifelines
from tocsin.screens import words
from tocsin.warning.alarms import queries
from tocsin.warning.alarms.shown.alarms import place_of_sensor
from tocsin.warning.causes.shown.labels import cause_kind, cause_label
from tocsin.warning.diagnosis.shown.diagnoses import describe_evidence, describe_owner
from tocsin.warning.early_signs import queries as early_signs_queries
from tocsin.warning.early_signs.models import EarlySign

STATES = ("standing", "became_alarm", "all")


def search_early_signs(user: Person, state: str) -> QuerySet[EarlySign]:
    """Visible signs, newest first: those that stand, those that became an alarm, or all."""
    rows = early_signs_queries.visible_early_signs(user)
    if state == "standing":
        return rows.filter(ended_at__isnull=True)
    return rows.filter(alarm__isnull=False) if state == "became_alarm" else rows


def describe_early_sign(row: EarlySign) -> dict[str, Any]:
    """One sign, loaded with `queries.visible_early_signs`; no finding, and no word of what must be done."""
    told = row.hypothesis
    return {
        "id": row.pk,
        "cause": row.cause,
        "label": cause_label(row.cause),
        "probability": row.probability,
        "place": place_of_sensor(row.sensor),
        "asset_code": row.asset_code or None,
        "asset_kind": cause_kind(told["asset_kind"]) if told["asset_kind"] else None,
        "lon": row.lon,
        "lat": row.lat,
        "region_code": row.region_code,
        "sensor_id": row.sensor_id,
        "sensor_name": str(row.sensor),
        "quantity": row.sensor.quantity,
        "quantity_name": words.quantity_name(row.sensor.quantity),
        "raised_at": row.raised_at,
        "confirmed_at": row.confirmed_at,
        "limit_at": row.limit_at,
        "ended_at": row.ended_at,
        "ended_by": row.ended_by or None,
        "alarm_id": row.alarm_id,
        "seen_at": row.seen_at,
        "seen_by": None if row.seen_by is None else str(row.seen_by),
    }


def explain_early_sign(row: EarlySign) -> dict[str, Any]:
    """The same with the body whose network it is, the evidence and the way."""
    told = row.hypothesis
    places = queries.sensor_places(sorted({one["sensor"] for one in told["evidence"] if one["sensor"] is not None}))
    assets = lifelines.assets_by_code(row.region_code, [row.asset_code]) if row.asset_code else {}
    return {
        **describe_early_sign(row),
        "asset_id": assets[row.asset_code].pk if row.asset_code in assets else None,
        "owner": describe_owner(row.owner, row.region_code),
        "sensor_index": row.sensor.index,
        "unit_name": words.unit_name(row.sensor.quantity),
        "way": told["way"],
        "way_geometry": told["way_geometry"],
        "evidence": [describe_evidence(one, places) for one in told["evidence"]],
    }


def signs_before(user: Person, alarm_id: UUID) -> list[dict[str, Any]]:
    """The early signs that stood before an alarm was raised, oldest first."""
    return [describe_early_sign(row) for row in early_signs_queries.early_signs_before(user, alarm_id)]
