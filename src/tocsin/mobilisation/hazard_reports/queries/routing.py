"""Which body handles a report: the responsible one of the area, else the next level up, never nobody where there is a body."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.jurisdiction.areas.rules.codes import governs
from tocsin.jurisdiction.face import nearest_authority, organisation_by_code
from tocsin.mobilisation.hazard_reports.policy.routing import routing_policy
from tocsin.mobilisation.hazard_reports.rules.routing import Because, choose
from tocsin.supervision.face import department_of, supervisor_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation
    from tocsin.mobilisation.hazard_reports.models import HazardReport
    from tocsin.supervision.face import SupervisedObject


@dataclass(frozen=True)
class Matter:
    """By what a report finds its body."""

    region_code: str
    kind: str
    situation: str = ""
    object: "SupervisedObject | None" = None


@dataclass(frozen=True)
class Owner:
    """Who handles it, by what, and the region of that body where it is not the report's own: it went up a level."""

    body: "Organisation | None"
    because: Because
    fell_to: str = ""
    trade: str = ""  # under which the department is called, where the table says so


def owner_of(matter: Matter, *, at: datetime) -> Owner:
    """The body of a matter. Without one only where no public body is known at all."""
    policy = routing_policy(matter.region_code)
    known, register_trade = matter.object, matter.object.trade if matter.object is not None else ""
    choice = choose(policy.table, kind=matter.kind, register_trade=register_trade, situation=matter.situation)
    named = policy.bodies.get(choice.body)
    body, because = None, choice.because
    if known is not None and choice.because is Because.OBJECT:
        body = supervisor_of(known, at)
    elif named is not None:
        body = organisation_by_code(named.key, matter.region_code)
    trade = named.duty_trade if named is not None else register_trade
    if body is None:
        body = department_of(trade, matter.region_code, at)
        because = Because.GOVERNMENT if body is not None and body.kind == "government" else because
    if body is None:
        body = nearest_authority(matter.region_code)
        because = _fallen(body, matter.region_code)
    fell_to = body.region_id if body is not None and body.region_id != matter.region_code else ""
    return Owner(body, because, fell_to, trade if because in (Because.KIND, Because.TRADE) else "")


def owner_now(report: "HazardReport", *, at: datetime) -> Owner:
    """The body that the table names for a report as it stands now: the desk may have named object or situation since."""
    return owner_of(Matter(report.region_code, report.kind, report.situation, report.object), at=at)


def _fallen(body: "Organisation | None", region_code: str) -> Because:
    if body is None:
        return Because.NOBODY
    return Because.ABOVE if governs(body.region_id, region_code) else Because.ANYWHERE
