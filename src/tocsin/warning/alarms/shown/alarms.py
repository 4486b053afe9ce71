"""Alarms and their history as people and programs read them: plain values, texts in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tocsin.base.levels import AlarmLevel
from tocsin.screens import words
from tocsin.warning.alarms.models import Alarm, AlarmEntry
from tocsin.warning.alarms.rules.states import AlarmState, rings
from tocsin.warning.alarms.shown import sentences
from tocsin.warning.causes.shown.checks import answered
from tocsin.warning.causes.shown.labels import _causes, cause_kind, cause_label, finding_words


def describe_alarm(alarm: Alarm) -> dict[str, Any]:
    """One alarm, loaded with `queries.visible_alarms`, without another query."""
    sensor = alarm.sensor
    asset = alarm.asset if sensor is None else sensor.asset
    return {
        "id": alarm.pk,
        "title": sentences.alarm_title(alarm),
        "place": place_of(alarm),
        "rule": alarm.rule,
        "state": alarm.state,
        "state_name": str(sentences.STATE_NAMES[alarm.state]),
        "level": alarm.level,
        "level_name": str(words.LEVEL_NAMES[alarm.level]),
        "peak_level": alarm.peak_level,
        "unknown": alarm.unknown,
        "late": alarm.late,
        "rings": rings(AlarmState(alarm.state), AlarmLevel(alarm.level), late=alarm.late),
        "value": alarm.value,
        "limit": alarm.limit,
        "unit": words.unit_name(alarm.quantity),
        "quantity": alarm.quantity,
        "sensor_id": alarm.sensor_id,
        "sensor_index": None if sensor is None else sensor.index,
        "asset_id": None if asset is None else asset.pk,
        "asset_code": None if asset is None else asset.code,
        "region_code": alarm.region_code,
        "lon": alarm.lon,
        "lat": alarm.lat,
        "raised_at": alarm.raised_at,
        "updated_at": alarm.updated_at,
        "returned_at": alarm.returned_at,
        "acknowledged_at": alarm.acknowledged_at,
        "acknowledged_by": _name(alarm.acknowledged_by),
        "shelved_until": alarm.shelved_until,
        "shelved_by": _name(alarm.shelved_by),
        "shelved_reason": alarm.shelved_reason,
        "assigned_to": _name(alarm.assigned_to),
        "closed_at": alarm.closed_at,
        "count": alarm.count,
        "case_number": alarm.case_number or None,
        "flapping_since": alarm.flapping_since,
        "explained_by": None if alarm.explained_by is None else place_of(alarm.explained_by),
        "guidance": sentences.guidance(alarm.quantity, "" if asset is None else asset.kind),
        "why": sentences.alarm_reasons(alarm),
        "cause": _describe_cause(alarm.cause),
        "true_cause": alarm.true_cause or None,
    }


def alarm_words(alarm: Alarm) -> dict[str, Any]:
    """What a list of something else says of an alarm; its sensor, asset and device are loaded."""
    return {
        "title": sentences.alarm_title(alarm),
        "place": place_of(alarm),
        "state": alarm.state,
        "state_name": str(sentences.STATE_NAMES[alarm.state]),
        "level": alarm.level,
        "level_name": str(words.LEVEL_NAMES[alarm.level]),
        "raised_at": alarm.raised_at,
        "closed_at": alarm.closed_at,
        "cause": _describe_cause(alarm.cause),
    }


def place_of(alarm: Alarm) -> str:
    """Where it is, in words: the street and the object, else the sensor's or the device's name."""
    if alarm.sensor is not None:
        return place_of_sensor(alarm.sensor)
    if alarm.asset is not None:
        return _place_of_asset(alarm.asset)
    return str(alarm.device or "")


def place_of_sensor(sensor: Any) -> str:
    """The street and the object, else the sensor's own name, else its device and quantity."""
    if sensor.asset is not None:
        return _place_of_asset(sensor.asset)
    return sensor.name or f"{sensor.device} {words.quantity_name(sensor.quantity)}"


def _place_of_asset(asset: Any) -> str:
    name = str(asset) if asset.name else f"{cause_kind(asset.kind)} {asset.code}"
    parts = [name] if asset.street_name in name else [asset.street_name, name]
    return " ".join(part for part in parts if part)


def describe_entry(entry: AlarmEntry, quantity: str) -> dict[str, Any]:
    """One line of history; `quantity` is the alarm's."""
    until = entry.figures.get("until")
    return {
        "id": entry.pk,
        "at": entry.at,
        "act": entry.act,
        "actor": _name(entry.actor),
        "channel": entry.channel,
        "state": entry.state,
        "level": entry.level,
        "value": entry.value,
        "limit": entry.limit,
        "text": entry.text,
        "sentence": sentences.entry_sentence(
            entry.act,
            quantity=quantity,
            level=entry.level,
            value=entry.value,
            text=entry.text,
            told=_what_people_told(entry.figures),
            until=datetime.fromisoformat(until) if until else None,
            causes=_causes(entry.figures.get("causes", [])),
        ),
    }


def _what_people_told(figures: Mapping[str, Any]) -> str:
    """An answer or a finding of which a line of history tells."""
    if "answer" in figures:
        told = figures["answer"]
        return answered(told["check"], told["outcome"], told["value"])
    if "finding" in figures:
        found = figures["finding"]
        return " ".join(filter(None, (finding_words(found["cause"], found["in_words"]), found["asset"])))
    return ""


def _describe_cause(cause: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if cause is None:
        return None
    return {
        "cause": cause["cause"],
        "label": cause_label(cause["cause"]),
        "probability": cause["probability"],
        "asset_code": cause["asset_code"] or None,
        "owner": cause["owner"] or None,
    }


def _name(person: object | None) -> str | None:
    return None if person is None else str(person)
