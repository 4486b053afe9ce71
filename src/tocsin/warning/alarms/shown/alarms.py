"""Alarms and their history as people and programs read them: read once from the row, texts in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.utils.translation import ngettext
from ninja import Field, Schema
from pydantic import BeforeValidator

from tocsin.base.levels import AlarmLevel
from tocsin.screens import words
from tocsin.screens.shapes import NameOrNone, TextOrNone
from tocsin.warning.alarms.models import Alarm, AlarmEntry
from tocsin.warning.alarms.queries.alarms import shown_level
from tocsin.warning.alarms.rules.states import UNACKNOWLEDGED, AlarmState, rings
from tocsin.warning.alarms.shown import sentences
from tocsin.warning.alarms.shown.works import works_of
from tocsin.warning.causes.shown.checks import answered
from tocsin.warning.causes.shown.labels import cause_kind, cause_label, cause_shares, finding_words
from tocsin.warning.covers.shown.covers import hours_of, kind_name

if TYPE_CHECKING:
    from tocsin.lifelines.face import Asset


class CauseOut(Schema):
    cause: str
    label: str
    probability: float
    asset_code: TextOrNone
    owner: TextOrNone

    @staticmethod
    def resolve_label(cause: Mapping[str, str]) -> str:
        return cause_label(cause["cause"])


class CoverMark(Schema):
    """A planned work or a silence, as an alarm names it."""

    id: UUID
    kind: str
    kind_name: str
    what: str
    hours: str
    contact: str

    @staticmethod
    def resolve_kind_name(cover: Any) -> str:
        return kind_name(cover.kind)

    @staticmethod
    def resolve_hours(cover: Any) -> str:
        return hours_of(cover)


class AlarmWorkOut(Schema):
    """A work that is permitted where the alarm is."""

    name: str
    text: str
    page: str = Field(description="address of its permit")


class _Worded(Schema):
    """The words that every answer about an alarm has."""

    @staticmethod
    def resolve_title(alarm: Alarm) -> str:
        return sentences.alarm_title(alarm)

    @staticmethod
    def resolve_place(alarm: Alarm) -> str:
        return place_of(alarm)

    @staticmethod
    def resolve_state_name(alarm: Alarm) -> str:
        return str(sentences.STATE_NAMES[alarm.state])

    @staticmethod
    def resolve_level_name(alarm: Alarm) -> str:
        return str(words.LEVEL_NAMES[alarm.level])


class AlarmWords(_Worded):
    """What a list of something else says of an alarm; its sensor, asset and device are loaded."""

    title: str
    place: str
    state: str
    state_name: str
    level: int
    level_name: str
    raised_at: datetime
    closed_at: datetime | None
    cause: CauseOut | None


def _place_or_none(alarm: Alarm | None) -> str | None:
    return None if alarm is None else place_of(alarm)


class AlarmOut(_Worded):
    """An alarm. Texts are in the reader's language; a title says what was measured, never an unproven cause."""

    id: UUID
    title: str
    place: str
    rule: str
    state: str
    state_name: str
    level: int = Field(description="1 blue (level 4) to 4 red (level 1)")
    level_name: str
    peak_level: int
    shown_level: int = Field(description="its case's where it speaks for an open one, else its own")
    unknown: bool = Field(description="the sensor is saturated: its value says nothing")
    late: bool = Field(description="raised by readings of long ago")
    rings: bool = Field(description="a screen sounds for it")
    value: float | None = Field(description="the highest that it has had, with its limit and time")
    limit: float | None
    value_at: datetime | None
    unit: str
    quantity: str
    sensor_id: UUID | None
    sensor_index: int | None
    asset_id: UUID | None
    asset_code: str | None
    region_code: str
    lon: float | None
    lat: float | None
    raised_at: datetime
    updated_at: datetime
    returned_at: datetime | None
    waiting_since: datetime | None = Field(description="since when nobody has taken note of it; null where somebody has")
    acknowledged_at: datetime | None
    acknowledged_by: NameOrNone
    confirmed_at: datetime | None = Field(description="somebody confirmed what was done about it")
    confirmed_by: NameOrNone
    shelved_until: datetime | None
    shelved_once: bool = Field(description="the shelf ends as soon as the condition is gone, at the latest at `shelved_until`")
    shelved_by: NameOrNone
    shelved_reason: str
    suppressed_until: datetime | None = Field(description="of a person who suppressed it or took it out of service")
    suppressed_by: NameOrNone
    suppressed_reason: str
    cover: CoverMark | None = Field(description="the planned work or silence under which it arose")
    loud: bool = Field(description="a person wants to hear it, whatever covers it")
    rises_at: datetime | None = Field(description="then its level rises, if nobody confirms it")
    lapses_at: datetime | None = Field(description="then its acknowledgement lapses, if nothing follows")
    level_held_until: datetime | None = Field(description="until then the level that a person set holds")
    rule_versions: list[str] = Field(description="versions of the detection policy by which it was raised; none: as shipped")
    assigned_to: NameOrNone
    closed_at: datetime | None
    count: int
    case_number: TextOrNone = Field(description="the case that it belongs to")
    case_level: int = Field(description="the level of that case, 0 where it is over")
    case_state: TextOrNone = Field(description="how far that case has come")
    flapping_since: datetime | None = Field(description="it comes and goes: level and state are held until it is calm")
    explained_by: Annotated[str | None, BeforeValidator(_place_or_none)] = Field(
        description="the lost gateway or station, or the flood, because of which it is silent or its value unknown"
    )
    works: list[AlarmWorkOut] = Field(description="works under a permit that go on beside it, or that it stopped")
    guidance: list[str] = Field(description="what to hold to until more is known")
    why: list[str]
    cause: CauseOut | None = Field(description="the most likely cause so far; no finding")
    true_cause: TextOrNone = Field(description="what people found; null before that")

    @staticmethod
    def resolve_rings(alarm: Alarm) -> bool:
        return rings(AlarmState(alarm.state), AlarmLevel(alarm.level), late=alarm.late)

    @staticmethod
    def resolve_unit(alarm: Alarm) -> str:
        return words.unit_name(alarm.quantity)

    @staticmethod
    def resolve_sensor_index(alarm: Alarm) -> int | None:
        return None if alarm.sensor is None else alarm.sensor.index

    @staticmethod
    def resolve_asset_id(alarm: Alarm) -> UUID | None:
        return None if (asset := _asset(alarm)) is None else asset.pk

    @staticmethod
    def resolve_asset_code(alarm: Alarm) -> str | None:
        return None if (asset := _asset(alarm)) is None else asset.code

    @staticmethod
    def resolve_guidance(alarm: Alarm) -> list[str]:
        return sentences.guidance(alarm.quantity, "" if (asset := _asset(alarm)) is None else asset.kind)

    @staticmethod
    def resolve_works(alarm: Alarm) -> list[AlarmWorkOut]:
        return [AlarmWorkOut(name=one.name, text=one.text, page=one.page) for one in works_of(alarm)]

    @staticmethod
    def resolve_why(alarm: Alarm) -> list[str]:
        return sentences.alarm_reasons(alarm)

    @staticmethod
    def resolve_shown_level(alarm: Alarm) -> int:
        return shown_level(alarm)

    @staticmethod
    def resolve_waiting_since(alarm: Alarm) -> datetime | None:
        return (alarm.waiting_since or alarm.raised_at) if alarm.state in UNACKNOWLEDGED else None

    @property
    def level_class(self) -> str:
        """The class of style of the level by which screens show it."""
        return AlarmLevel(self.shown_level).name.lower()

    @property
    def shown_level_name(self) -> str:
        """The name of the level by which screens show it."""
        return str(words.LEVEL_NAMES[self.shown_level])


def _asset(alarm: Alarm) -> "Asset | None":
    return alarm.asset if alarm.sensor is None else alarm.sensor.asset


class EntryOut(Schema):
    id: UUID
    at: datetime
    act: str
    actor: NameOrNone
    channel: str
    state: str
    level: int
    value: float | None
    limit: float | None
    text: str
    sentence: str

    @staticmethod
    def resolve_sentence(entry: AlarmEntry) -> str:
        until = entry.figures.get("until")
        return sentences.entry_sentence(
            entry.act,
            quantity=entry.alarm.quantity,
            level=entry.level,
            value=entry.value,
            text=entry.text,
            told=_what_people_told(entry.figures),
            until=datetime.fromisoformat(until) if until else None,
            causes=cause_shares(entry.figures.get("causes", [])),
        )


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


def _what_people_told(figures: Mapping[str, Any]) -> str:
    """An answer or a finding of which a line of history tells."""
    if "answer" in figures:
        told = figures["answer"]
        return answered(told["check"], told["outcome"], told["value"])
    if "finding" in figures:
        found = figures["finding"]
        return " ".join(filter(None, (finding_words(found["cause"], found["in_words"]), found["asset"])))
    return ""


SHELF_MINUTES = (15, 30, 60, 120, 240, 480, 1440)


def shelf_times() -> list[tuple[int, str]]:
    """How long an alarm may be shelved by a form: minutes, and the words for them."""
    return [(minutes, _minutes(minutes)) for minutes in SHELF_MINUTES]


def _minutes(minutes: int) -> str:
    if minutes < 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return ngettext("%(count)d hour", "%(count)d hours", minutes // 60) % {"count": minutes // 60}
