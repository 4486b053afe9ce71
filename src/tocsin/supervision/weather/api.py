"""The weather for programs: what is pushed, and what came."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.weather.queries import weather_rows
from tocsin.supervision.weather.rules import NewHour
from tocsin.supervision.weather.services import take_weather
from tocsin.supervision.weather.shown import RegionWeatherOut, describe_region_weather

router = Router()


class WeatherHourIn(Schema):
    """The weather of one hour; minutes are cut off."""

    region_code: str = Field(max_length=6)
    at: datetime
    temperature_c: float | None = None
    irradiance_w_m2: float | None = None


class WeatherBatchIn(Schema):
    source: str = Field(max_length=60, description="who measured it")
    hours: list[WeatherHourIn] = Field(max_length=10000)


class RefusedHourOut(Schema):
    position: int
    reason: str


class TakenWeatherOut(Schema):
    taken: int
    known: int = Field(description="told before, as they are")
    refused: list[RefusedHourOut]


@router.get("/weather", response=list[RegionWeatherOut])
def weather(request: HttpRequest) -> Sequence[RegionWeatherOut]:
    """What is known of the weather of your areas, and how old it is."""
    now = current_time()
    return [describe_region_weather(one, now) for one in weather_rows(request.user, now=now)]


@router.post("/weather", response=TakenWeatherOut)
def push_weather(request: HttpRequest, given: WeatherBatchIn) -> TakenWeatherOut:
    """A weather service pushes hours, with a token that holds `weather.push`; a later word on an hour replaces the earlier."""
    hours = [NewHour(**one.dict()) for one in given.hours]
    result = take_weather(actor=actor_of(request), hours=hours, source=given.source, now=current_time())
    refused = [RefusedHourOut(position=position, reason=str(reason)) for position, reason in result.refused]
    return TakenWeatherOut(taken=result.taken, known=result.known, refused=refused)
