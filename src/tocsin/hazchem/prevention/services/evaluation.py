"""Firms keep records of what no ledger shows; every firm's points of the month are looked at once a day."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.commitments.queries.commitments import that_commit
from tocsin.hazchem.prevention.models import PreventionEvaluation, PreventionRecord
from tocsin.hazchem.prevention.queries.evaluation import evidence_of, month_of, visible_records
from tocsin.hazchem.prevention.rules.evaluation import BY_RECORD, Criterion, CriterionPoints, points_of
from tocsin.hazchem.prevention.services.ledger import require_keeper
from tocsin.records.face import record_audit
from tocsin.supervision.face import SupervisedObject, visible_objects

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

AT_ONCE: Final = 20


@transaction.atomic
def enter_record(*, actor: "User", object_id: UUID, criterion: Criterion, on: date, text: str, now: datetime) -> PreventionRecord:
    """What a firm did on a day; it counts as long as policy says. InvalidInput for a part that rows show, or a day to come."""
    firm = visible_objects(actor).get(pk=object_id)
    require_keeper(actor, firm)
    if criterion not in BY_RECORD:
        raise InvalidInput(_("This part is judged by the ledger's rows, not by records."))
    if on > timezone.localdate(now):
        raise InvalidInput(_("A record is of a day that has been."))
    if not 0 < len(text.strip()) <= 1000:
        raise InvalidInput(_("Say in words what was done: up to 1,000 characters."))
    made = PreventionRecord.objects.create(
        object=firm, region_code=firm.region_code, criterion=criterion, on=on, text=text.strip(), by=actor, at=now
    )
    told = {"criterion": str(criterion), "on": on.isoformat()}
    record_audit(actor, "prevention_record.entered", "prevention_record", made.pk, made.region_code, told)
    return made


@transaction.atomic
def withdraw_record(*, actor: "User", record_id: UUID) -> None:
    """A record that was wrong."""
    found = visible_records(actor).get(pk=record_id)
    require_keeper(actor, found.object)
    told = {"criterion": found.criterion, "on": found.on.isoformat(), "text": found.text}
    record_audit(actor, "prevention_record.withdrawn", "prevention_record", found.pk, found.region_code, told)
    found.delete()


def evaluate(firm: SupervisedObject, now: datetime) -> list[CriterionPoints]:
    """A firm's points of this month, as its rows stand now."""
    return points_of(evidence_of(firm, now))


def keep_evaluations(*, now: datetime) -> bool:
    """Looks at the next firms that were not looked at today; True where more may wait. A loop."""
    today = timezone.localdate(now)
    month = month_of(today)
    done = PreventionEvaluation.objects.filter(month=month, looked_on=today).values("object")
    firms = list(that_commit(SupervisedObject.objects.exclude(pk__in=done))[:AT_ONCE])
    rows = []
    for firm in firms:
        points = evaluate(firm, now)
        rows.append(
            PreventionEvaluation(
                object=firm,
                region_code=firm.region_code,
                month=month,
                looked_on=today,
                points=round(sum(one.points for one in points), 2),
                rows=msgspec.to_builtins(points),
            )
        )
    PreventionEvaluation.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["object", "month"],
        update_fields=["looked_on", "points", "rows", "region_code"],
    )
    return len(firms) == AT_ONCE
