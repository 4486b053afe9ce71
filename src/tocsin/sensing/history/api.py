"""Readings of a sensor, and what was to be expected, for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.screens.budgets.requests import costly
from tocsin.sensing.history.queries import readings as queries
from tocsin.sensing.history.queries.expected import Expected, expected_of

router = Router()


class Span(Schema):
    from_ms: int
    to_ms: int
    max_points: int = Field(1000, ge=2, le=20_000)


class MarkOut(Schema):
    from_ms: int
    to_ms: int | None = Field(description="null: it holds until it is ended")
    quality: int = Field(description="0 good, 1 suspect, 2 bad, 3 replaced")
    by_person: bool


class ReadingsOut(Schema):
    ts: list[int] = Field(description="UTC milliseconds; of a group of readings, the first one's")
    value: list[float | None] = Field(description="of a group, the mean of the good ones; null where none is known")
    quality: list[int] = Field(
        description="0 good, 1 suspect, 2 bad, 3 replaced by a person, as marks let it stand; of a group, the greatest"
    )
    min: list[float | None]
    max: list[float | None]
    sent: list[float | None] = Field(description="what was sent, where values were replaced in this span; else empty")
    marks: list[MarkOut] = Field(description="what rules and persons say of parts of this span; see sensors/{sensor_id}/marks")


class ExpectedSpan(Schema):
    from_ms: int
    to_ms: int


class ExpectedOut(Schema):
    ts: list[int] = Field(description="UTC milliseconds of half hours")
    middle: list[float | None] = Field(description="expected for the hour; null where no baseline was known")
    low: list[float | None] = Field(description="between low and high lie about 95 of 100 single readings")
    high: list[float | None]
    knowledge: str = Field(
        description="of the last day: known, not_yet (too few days), silent (no readings for long), preparing (ask again soon)"
    )


@router.get("sensors/{sensor_id}/readings", response=ReadingsOut)
@costly
def get_readings(request: HttpRequest, sensor_id: UUID, span: Query[Span]) -> dict[str, list[Any]]:
    """Readings with from_ms <= ts < to_ms; more than `max_points` are grouped by time, keeping each group's extremes."""
    return queries.readings_of(request.user, sensor_id, span.from_ms, span.to_ms, span.max_points)


@router.get("sensors/{sensor_id}/expected", response=ExpectedOut)
@costly
def get_expected(request: HttpRequest, sensor_id: UUID, span: Query[ExpectedSpan]) -> Expected:
    """What was to be expected then: each day by what was known the midnight before, and by its weather; a month at most."""
    return expected_of(request.user, sensor_id, span.from_ms, span.to_ms)
