"""Who supervises an object: the body that is told of it and sends somebody."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Final

from tocsin.jurisdiction.face import DutyBook, narrowest, organisations_by_code
from tocsin.supervision.objects.policy.register import register, trades

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import Organisation
    from tocsin.supervision.objects.models import SupervisedObject

type TradeAt = tuple[str, str]
"""A trade and the code of a region."""

_DEPARTMENT: Final = "department"
_GOVERNMENT: Final = "government"


def supervisor_of(supervised_object: "SupervisedObject", at: datetime) -> "Organisation | None":
    """Its competent department, that of its trade, that of work safety at large, the government; None where there is none."""
    if supervised_object.competent is not None:
        return supervised_object.competent
    return department_of(supervised_object.trade, supervised_object.region_code, at)


def supervisors_of(objects: "Collection[SupervisedObject]", at: datetime) -> "dict[UUID, Organisation | None]":
    """By object who supervises it, as `supervisor_of` says. Two queries, whatever their number, where `competent` is loaded."""
    asked = {(one.trade, one.region_code) for one in objects if one.competent is None}
    departments = departments_of(asked, at)
    return {one.pk: one.competent or departments[one.trade, one.region_code] for one in objects}


def department_of(trade: str, region_code: str, at: datetime) -> "Organisation | None":
    """The body that watches over a trade at a place: by its duty, by the list of trades, at large, the government."""
    return departments_of({(trade, region_code)}, at)[trade, region_code]


def departments_of(asked: Collection[TradeAt], at: datetime) -> "dict[TradeAt, Organisation | None]":
    """By trade and place the body that watches over it there, as `department_of` says. Two queries."""
    if not asked:
        return {}
    general = register().supervision.general_trade
    wanted = {trade for trade, _region in asked} | {general}
    regions = {region for _trade, region in asked}
    book = DutyBook(kinds=(_DEPARTMENT, _GOVERNMENT), trades=wanted, region_codes=regions, at=at)
    named = organisations_by_code({trades()[trade].department for trade, _region in asked if trade in trades()} - {""})

    def answer(trade: str, region_code: str) -> "Organisation | None":
        for kind, by in ((_DEPARTMENT, trade), (_DEPARTMENT, general), (_GOVERNMENT, "")):
            bodies = book.bodies(kind=kind, trade=by, region_code=region_code) if by or kind == _GOVERNMENT else []
            if bodies:
                return bodies[0]
            if by == trade and trade in trades():
                department = narrowest(named.get(trades()[trade].department, ()), region_code)
                if department is not None:
                    return department
        return None

    return {(trade, region): answer(trade, region) for trade, region in asked}
