"""Who supervises an object: the body that is told of it and sends somebody."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.jurisdiction.face import bodies_with_duty, organisation_by_code
from tocsin.supervision.objects.policy.register import register, trades

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation
    from tocsin.supervision.objects.models import SupervisedObject


def supervisor_of(supervised_object: "SupervisedObject", at: datetime) -> "Organisation | None":
    """Its competent department, that of its trade, that of work safety at large, the government; None where there is none."""
    if supervised_object.competent is not None:
        return supervised_object.competent
    return department_of(supervised_object.trade, supervised_object.region_code, at)


def department_of(trade: str, region_code: str, at: datetime) -> "Organisation | None":
    """The body that watches over a trade at a place: by its duty, by the list of trades, at large, the government."""
    known = trades().get(trade)
    asked = [("department", trade), ("department", register().supervision.general_trade), ("government", "")]
    for kind, wanted in asked:
        bodies = (
            bodies_with_duty(kind=kind, trade=wanted, region_code=region_code, at=at) if wanted or kind != "department" else []
        )
        if bodies:
            return bodies[0]
        named = organisation_by_code(known.department, region_code) if known is not None and wanted == trade else None
        if named is not None:
            return named
    return None
