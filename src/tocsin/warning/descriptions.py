"""Alarms, their history and their causes as people and programs read them: plain values, texts in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from tocsin.base.levels import AlarmLevel
from tocsin.engine.diagnosis.answers import PREFIX
from tocsin.jurisdiction.queries import organisation_by_code
from tocsin.lifelines import queries as lifelines
from tocsin.warning import sentences
from tocsin.warning.answer_sentences import answer_sentence, answered
from tocsin.warning.causes import shipped_words
from tocsin.warning.models import Alarm, AlarmEntry, Diagnosis, Shown
from tocsin.warning.policy import load_profiles
from tocsin.warning.queries import SensorPlace, sensor_places
from tocsin.warning.rules import AlarmState, rings, told_percent


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
        "level_name": str(sentences.LEVEL_NAMES[alarm.level]),
        "peak_level": alarm.peak_level,
        "unknown": alarm.unknown,
        "late": alarm.late,
        "rings": rings(AlarmState(alarm.state), AlarmLevel(alarm.level), late=alarm.late),
        "value": alarm.value,
        "limit": alarm.limit,
        "unit": sentences.unit_name(alarm.quantity),
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
        "level_name": str(sentences.LEVEL_NAMES[alarm.level]),
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
    return sensor.name or f"{sensor.device} {sentences.quantity_name(sensor.quantity)}"


def _place_of_asset(asset: Any) -> str:
    name = str(asset) if asset.name else f"{cause_kind(asset.kind)} {asset.code}"
    parts = [name] if asset.street_name in name else [asset.street_name, name]
    return " ".join(part for part in parts if part)


def describe_limits(sensor: Any | None) -> list[dict[str, Any]]:
    """The levels of a sensor's profile, its own limits in their place: value, level and words of a chart's lines."""
    profile = load_profiles().of_sensor(sensor.profile, sensor.quantity) if sensor else None
    if profile is None or sensor is None:
        return []
    own = profile.with_limits(sensor.alarm_low, sensor.alarm_high)
    return [
        {
            "value": one.limit,
            "level": AlarmLevel(one.level).name.lower(),
            "label": f"{sentences.LEVEL_NAMES[int(one.level)]} {sentences.figure(one.limit)}",
        }
        for one in (*own.low, *own.high)
    ]


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


def _causes(ranking: Iterable[Sequence[Any]]) -> str:
    """(cause, probability, ...) in words, as a list; those that round to 0 % are left out."""
    told = [(cause_label(cause), told_percent(share)) for cause, share, *_rest in ranking]
    return _(", ").join(f"{label} {percent} %" for label, percent in told if percent)


def finding_words(cause: str, in_words: str) -> str:
    """What was found, in the reader's words; a cause outside the list in the finder's own."""
    if cause == "other":
        return in_words
    return _("no cause found") if cause == "not_found" else cause_label(cause)


def _what_people_told(figures: Mapping[str, Any]) -> str:
    """An answer or a finding of which a line of history tells."""
    if "answer" in figures:
        told = figures["answer"]
        return answered(told["check"], told["outcome"], told["value"])
    if "finding" in figures:
        found = figures["finding"]
        return " ".join(filter(None, (finding_words(found["cause"], found["in_words"]), found["asset"])))
    return ""


def describe_diagnosis(diagnosis: Diagnosis) -> dict[str, Any]:
    """Ranked causes with evidence, places, ways and bodies to call. A handful of queries, whatever the number of causes."""
    result, region = diagnosis.result, diagnosis.alarm.region_code
    hypotheses = result["hypotheses"]
    indexes = sorted({item["sensor"] for one in hypotheses for item in one["evidence"] if item["sensor"] is not None})
    places = sensor_places(indexes)
    assets = lifelines.assets_by_code(region, sorted({one["asset_code"] for one in hypotheses if one["asset_code"]}))
    owners = {code: describe_owner(code, region) for code in {one["owner"] for one in [*hypotheses, *result["call"]]}}
    return {
        "id": diagnosis.pk,
        "at": diagnosis.at,
        "reason": diagnosis.reason,
        "duration_ms": diagnosis.duration_ms,
        "hypotheses": [
            {
                "cause": one["cause"],
                "label": cause_label(one["cause"]),
                "probability": one["probability"],
                "asset_code": one["asset_code"] or None,
                "asset_id": assets[one["asset_code"]].pk if one["asset_code"] in assets else None,
                "asset_kind": one["asset_kind"] or None,
                "lon": one["lon"],
                "lat": one["lat"],
                "owner": owners[one["owner"]],
                "way": one["way"],
                "way_geometry": one["way_geometry"],
                "travel_time_s": one["travel_time_s"],
                "onset_ms": one["onset_ms"],
                "evidence": [describe_evidence(item, places) for item in one["evidence"]],
            }
            for one in hypotheses
        ],
        "call": [{**owner, "why": _why_call(body)} for body in result["call"] if (owner := owners[body["owner"]]) is not None],
    }


_SHOWN_IN = {
    "console": gettext_lazy("in the drawer"),
    "case": gettext_lazy("on the page of the case"),
    "api": gettext_lazy("by API"),
}


def describe_shown(shown: Shown) -> dict[str, Any]:
    """What was shown to whom; its person is loaded."""
    return {
        "id": shown.pk,
        "at": shown.at,
        "person": str(shown.person),
        "language": shown.language,
        "channel": shown.channel,
        "where": str(_SHOWN_IN[shown.channel]),
        "language_name": get_language_info(shown.language)["name_local"],
        "sentence": _("Shown to %(person)s: %(causes)s") % {"person": shown.person, "causes": _causes(shown.ranking)},
        "diagnosis_id": shown.diagnosis_id,
        "ranking": [
            {"cause": cause, "label": cause_label(cause), "probability": probability, "asset_code": asset_code or None}
            for cause, probability, asset_code in shown.ranking
        ],
        "story": shown.story,
    }


def cause_label(cause: str) -> str:
    """The cause in the reader's words."""
    label = shipped_words().labels.get(cause)
    return label.in_language(get_language() or "zh") if label else cause


def cause_kind(kind: str) -> str:
    """The kind of an asset in the reader's words."""
    label = shipped_words().kinds.get(kind)
    return label.in_language(get_language() or "zh") if label else kind


def evidence_sentence(item: Mapping[str, Any], sensor: str) -> str:
    """What speaks for or against, with its figures; `sensor` names who saw it."""
    if item["code"].startswith(PREFIX):
        return answer_sentence(item)
    sentence = shipped_words().sentences.get(item["code"])
    if sentence is None:
        return str(item["code"])
    words: dict[str, str] = {}
    for name, figure in (item["figures"] or {}).items():
        words[name] = sentences.rough(figure) if isinstance(figure, int | float) else _figure_word(str(figure))
    words |= {
        "sensor": sensor,
        "seen": sentences.rough(item["seen"]),
        "expected": sentences.rough(item["expected"]),
        "time": sentences.moment_of_ms(item["ts_ms"]),
    }
    return sentence.in_language(get_language() or "zh") % sentences.Words(words)


def _figure_word(word: str) -> str:
    label = shipped_words().kinds.get(word)
    return label.in_language(get_language() or "zh") if label else word


def describe_evidence(item: Mapping[str, Any], places: Mapping[int, SensorPlace]) -> dict[str, Any]:
    place = places.get(item["sensor"]) if item["sensor"] is not None else None
    return {
        "code": item["code"],
        "sentence": evidence_sentence(item, place.name if place else "–"),
        "weight": item["weight"],
        "supports": item["supports"],
        "sensor_id": place.id if place else None,
        "lon": place.lon if place else None,
        "lat": place.lat if place else None,
        "ts_ms": item["ts_ms"],
    }


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


def describe_owner(code: str, region: str) -> dict[str, Any] | None:
    """A body by its code: the organisation that governs the region with its telephone, else the code in words; None for ""."""
    if not code:
        return None
    organisation = organisation_by_code(code, region)
    if organisation is not None:
        return {"code": code, "name": str(organisation), "telephone": organisation.telephone}
    label = shipped_words().owners.get(code)
    return {"code": code, "name": label.in_language(get_language() or "zh") if label else code, "telephone": ""}


def _why_call(body: Mapping[str, Any]) -> str:
    if body["reason"] == "symptom":
        return _("owns the place that rings")
    return _("possible cause: %(cause)s, %(percent)d %%") % {
        "cause": cause_label(body["cause"]),
        "percent": told_percent(body["probability"]),
    }


def _name(person: object | None) -> str | None:
    return None if person is None else str(person)
