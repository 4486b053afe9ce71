"""The rows behind the figures of a month as people and programs read them: matters, places of sensors, bodies. No person."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.orders.models import Order
from tocsin.command.quality.queries.happenings import Happening
from tocsin.command.quality.rules import MonthMeasure
from tocsin.command.routing.queries import lifeline_of, trade_of
from tocsin.jurisdiction.face import Organisation, may
from tocsin.screens.shapes import OnPages
from tocsin.supervision.face import findings_by_id, region_name, trade_name
from tocsin.warning.face import AlarmWords, alarms_by_id, loaded_alarm

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

OF_ALARMS: Final = (MonthMeasure.ALARMS, MonthMeasure.CONFIRMED)
LIFELINE_NAMES: Final[dict[str, Promise]] = {
    "gas": pgettext_lazy("kind of incident", "gas"),
    "heating": pgettext_lazy("kind of incident", "heating"),
    "water": pgettext_lazy("kind of incident", "water"),
    "drainage": pgettext_lazy("kind of incident", "drainage"),
    "electricity": pgettext_lazy("kind of incident", "electricity"),
}


class MonthRowOut(Schema):
    """One thing that a figure of a month counts."""

    id: UUID
    number: str = Field(description="of the case, order or hidden danger; empty for an alarm")
    about: str
    kind: str = Field(description="in words: the lifeline, trade or kind of matter")
    place: str = Field(description="of the sensor, or the supervised object; empty where only a person told it")
    region_code: str
    region: str
    desk: str = Field(description="the body that leads, or whose step is late")
    began_at: datetime
    ended_at: datetime | None
    seconds: int | None
    address: OnPages[str] = ""


@dataclass(frozen=True)
class _Told:
    number: str
    about: str
    kind: str
    place: str
    desk: str
    address: str


def describe_happenings(user: "Person", measure: MonthMeasure, rows: Sequence[Happening]) -> list[MonthRowOut]:
    """Rows of one page, in their order; each leads to its own page where the reader may open that."""
    told = _told(user, measure, rows)
    return [
        MonthRowOut(
            id=one.id,
            number=words.number,
            about=words.about,
            kind=words.kind,
            place=words.place,
            region_code=one.region_code,
            region=region_name(one.region_code),
            desk=words.desk,
            began_at=one.began_at,
            ended_at=one.ended_at,
            seconds=None if one.ended_at is None else max(0, round((one.ended_at - one.began_at).total_seconds())),
            address=words.address,
        )
        for one in rows
        if (words := told.get(one.id)) is not None
    ]


def _told(user: "Person", measure: MonthMeasure, rows: Sequence[Happening]) -> dict[UUID, _Told]:
    ids = [one.id for one in rows]
    if measure in OF_ALARMS:
        return _alarms(user, ids)
    if measure is MonthMeasure.DANGERS:
        return _dangers(user, ids)
    if measure is MonthMeasure.OVERDUE:
        return _orders(user, ids)
    return _cases(user, ids)


def _alarms(user: "Person", ids: Collection[UUID]) -> dict[UUID, _Told]:
    found = {}
    for alarm in alarms_by_id(ids):
        words = AlarmWords.from_orm(alarm)
        address = reverse("alarm", args=[alarm.pk]) if may(user, "alarms.see", alarm.region_code) else ""
        found[alarm.pk] = _Told("", words.title, words.level_name, words.place, "", address)
    return found


def _cases(user: "Person", ids: Collection[UUID]) -> dict[UUID, _Told]:
    cases = Case.objects.select_related("keeper", "merged_into", *loaded_alarm("lead")).in_bulk(list(ids))
    leads = Order.objects.filter(case__in=cases, role=OrderRole.LEAD.value).select_related("unit").order_by("sent_at")
    desks = {one.case_id: one.unit for one in leads}
    return {case.pk: _of_case(user, case, case.number, desks.get(case.pk) or case.keeper) for case in cases.values()}


def _orders(user: "Person", ids: Collection[UUID]) -> dict[UUID, _Told]:
    orders = Order.objects.select_related("unit", "case__keeper", "case__merged_into", *loaded_alarm("case__lead")).in_bulk(
        list(ids)
    )
    return {one.pk: _of_case(user, one.case, one.number, one.unit) for one in orders.values()}


def _of_case(user: "Person", case: Case, number: str, desk: Organisation | None) -> _Told:
    """What a person told of it (title, place, caller) stays on its own page: it may name somebody."""
    lead = AlarmWords.from_orm(case.lead) if case.lead else None
    kind = _kind(case)
    address = reverse("case", args=[case.number]) if may(user, "cases.see", case.region_code) else ""
    return _Told(number, lead.title if lead else kind, kind, lead.place if lead else "", str(desk or ""), address)


def _kind(case: Case) -> str:
    trade, lifeline = trade_of(case), lifeline_of(case)
    if trade:
        return trade_name(trade)
    return str(LIFELINE_NAMES[lifeline]) if lifeline in LIFELINE_NAMES else pgettext("kind of incident", "other")


def kinds_of(rows: Sequence[Happening]) -> Counter[str]:
    """How many of these cases there are by kind of matter, in words."""
    cases = Case.objects.select_related("lead", "merged_into").filter(pk__in=[one.id for one in rows])
    return Counter(_kind(one) for one in cases)


def _dangers(user: "Person", ids: Collection[UUID]) -> dict[UUID, _Told]:
    return {
        key: _Told(
            one.number,
            one.object.name,
            trade_name(one.object.trade) if one.object.trade else "",
            "",
            "",
            reverse("finding", args=[one.pk]) if may(user, "supervision.see", one.region_code) else "",
        )
        for key, one in findings_by_id(ids).items()
    }
