"""What an order asks, where and why: the same for the page of a desk, the crew's phone and programs."""

import math
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from ninja import Field, Schema

from tocsin.base.geometry import distance_m
from tocsin.base.time import datetime_from_ms
from tocsin.command.casebook.queries.cases import members_of
from tocsin.command.casebook.queries.places import centre_of
from tocsin.command.casebook.rules.cases import OPEN_STATES
from tocsin.command.casebook.rules.order_states import ENDED, OrderRole
from tocsin.command.orders.models import Order
from tocsin.command.orders.queries.orders import orders_of
from tocsin.command.orders.queries.places import HERE_M, Spot, diagnosis_of, symptom_of
from tocsin.command.orders.shown import ReadingChoice, reading_choices, role_name
from tocsin.screens.words import direction, measured, quantity_name
from tocsin.sensing.face import visible_sensors
from tocsin.warning.face import (
    DiagnosisOut,
    HypothesisOut,
    OpenQuestionOut,
    alarm_reasons,
    describe_diagnosis,
    note_shown,
    open_questions,
)

if TYPE_CHECKING:
    from tocsin.command.casebook.models import Case
    from tocsin.jurisdiction.face import User


class SuspicionOut(Schema):
    """The likeliest cause, as what it is: the machine's help, no finding."""

    cause: str
    label: str
    percent: int
    asset: str = Field(description="kind and code of what may be at fault; empty where no object is named")
    asset_code: str
    lon: float | None
    lat: float | None
    metres: int | None = Field(description="from where it rings; none where it is the same place")
    where: str = Field(description="how far and in which direction from where it rings, in words; empty at the same place")


class LiveValueOut(Schema):
    """The newest value of a sensor at the place that rings."""

    name: str
    quantity: str
    value: str = Field(description="with its unit; a dash where nothing was measured")
    at: datetime | None
    rings: bool


class OtherUnitOut(Schema):
    unit: str
    role_name: str
    telephone: str


class BriefingOut(Schema):
    """What a unit is asked, where it is, why it is thought so, and whom to call."""

    asked: str
    why: list[str]
    suspicion: SuspicionOut | None
    values: list[LiveValueOut]
    questions: list[OpenQuestionOut] = Field(description="what only this unit can answer, and would decide")
    readings: list[ReadingChoice] = Field(description="what may be measured, what this case needs first")
    desk: str
    desk_telephone: str
    others: list[OtherUnitOut]
    map: str = Field(description="the address of the map as a picture (SVG); empty without a place")

    route: str = Field(description="latitude and longitude of what is suspected, else of where it rings; empty without a place")


def describe_briefing(user: "User", order: Order, *, now: datetime) -> BriefingOut:
    """The briefing of an order; that the likeliest cause was shown to this person is kept."""
    case = order.case
    diagnosis = diagnosis_of(case)
    told = first_cause(user, order) if diagnosis is not None else None
    desk = centre_of(case.region_code, now)
    lead = case.lead
    asks = diagnosis is not None and lead is not None and case.state in OPEN_STATES
    return BriefingOut(
        asked=order.text or _asked(order),
        why=alarm_reasons(lead) if lead is not None else [],
        suspicion=_suspicion(case, told.hypotheses[0]) if told is not None else None,
        values=_values(user, case),
        questions=open_questions(lead, diagnosis, who=order.unit.code) if asks and lead is not None and diagnosis else [],
        readings=reading_choices(case),
        desk=str(desk or ""),
        desk_telephone=desk.telephone if desk else "",
        others=[
            OtherUnitOut(unit=str(one.unit), role_name=role_name(one), telephone=one.unit.telephone)
            for one in orders_of(case).exclude(state__in=[state.value for state in ENDED])
            if one.pk != order.pk
        ],
        route=_position(told.hypotheses[0] if told is not None else None) or _position(symptom_of(case)),
        map=f"/orders/{order.number}/map.svg" if symptom_of(case) is not None else "",
    )


def first_cause(user: "User", order: Order) -> DiagnosisOut | None:
    """The newest diagnosis with its likeliest cause alone, which is what those who work on an order may read of it."""
    diagnosis = diagnosis_of(order.case)
    if diagnosis is None:
        return None
    told = describe_diagnosis(diagnosis)
    told.hypotheses = told.hypotheses[:1]
    note_shown(person=user, alarm_id=diagnosis.alarm_id, diagnosis=told, channel="order")
    return told


def _asked(order: Order) -> str:
    """What an order without words asks, by what its unit is in the case."""
    match OrderRole(order.role):
        case OrderRole.LEAD:
            return _("You lead: send a crew, make the place safe, find the cause and mend it. Report every step.")
        case OrderRole.ASSISTING:
            return _("You assist: send a crew, check whether your own network is the cause, and help the lead unit.")
        case OrderRole.STAND_BY:
            return _("Others will dig beside your lines: sign that you stand by.")


def _suspicion(case: "Case", one: HypothesisOut) -> SuspicionOut:
    symptom = symptom_of(case)
    metres, where = 0, ""
    if symptom is not None and one.lon is not None and one.lat is not None:
        metres = round(distance_m(symptom.lon, symptom.lat, one.lon, one.lat))
        if metres >= HERE_M:
            words = {"metres": metres, "direction": _wind(symptom.lon, symptom.lat, one.lon, one.lat)}
            where = _("%(metres)d m %(direction)s of where it rings") % words
    return SuspicionOut(
        cause=one.cause,
        label=one.label,
        percent=one.percent,
        asset=one.asset_label,
        asset_code=one.asset_code or "",
        lon=one.lon,
        lat=one.lat,
        metres=metres if where else None,
        where=where,
    )


def _position(one: HypothesisOut | Spot | None) -> str:
    """Latitude, then longitude, as maps of phones take them."""
    return f"{one.lat:.6f},{one.lon:.6f}" if one is not None and one.lat is not None and one.lon is not None else ""


def _wind(lon: float, lat: float, to_lon: float, to_lat: float) -> str:
    east, north = (to_lon - lon) * math.cos(math.radians(lat)), to_lat - lat
    return direction(math.degrees(math.atan2(east, north)))


def _values(user: "User", case: "Case") -> list[LiveValueOut]:
    """The sensors that ring and those beside them on the same device, what rings first."""
    ringing = {row.alarm.sensor.pk: row.alarm.sensor for row in members_of(case) if row.alarm.sensor is not None}
    devices = {one.device_id for one in ringing.values()}
    found = visible_sensors(user).filter(device__in=devices)
    ordered = sorted(found, key=lambda one: (one.pk not in ringing, str(one), one.quantity))
    return [
        LiveValueOut(
            name=str(one),
            quantity=quantity_name(one.quantity),
            value=measured(one.last_value, one.quantity) if one.last_value is not None else pgettext("value", "–"),
            at=datetime_from_ms(one.last_ts) if one.last_ts is not None else None,
            rings=one.pk in ringing,
        )
        for one in ordered
    ]
