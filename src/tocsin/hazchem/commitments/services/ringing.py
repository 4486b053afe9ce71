"""A commitment that is missing rings: the firm when its time is over, then whoever supervises it."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from tocsin.hazchem.commitments.models import CommitmentReminder
from tocsin.hazchem.commitments.policy import commitments, due_moment, is_due_day
from tocsin.hazchem.commitments.queries.commitments import rows_of_day, that_commit
from tocsin.hazchem.commitments.rules import COMMITMENT
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.supervision.face import SupervisedObject, supervisor_of
from tocsin.supervision.tasks.rules.telling import OWN_FIRM, SUPERVISES

AT_ONCE: Final = 50  # firms of one transaction


def ring_missing_commitments(*, now: datetime) -> bool:
    """Rings for the next firms without today's commitment, each step once; True where more may wait. A loop."""
    day = timezone.localdate(now)
    if not is_due_day(day) or now < due_moment(day):
        return False
    more = _ring(day, OWN_FIRM, now)
    if now >= due_moment(day) + timedelta(minutes=commitments().supervisor_after_min):
        more = _ring(day, SUPERVISES, now) or more
    return more


def _ring(day: date, to: str, now: datetime) -> bool:
    with transaction.atomic():
        told = CommitmentReminder.objects.filter(day=day, to=to).values("object_id")
        waiting = that_commit(SupervisedObject.objects.exclude(pk__in=told)).select_related("organisation", "competent")
        rows = [one for one in rows_of_day(list(waiting), day, now=now) if one.state == "missing"][:AT_ONCE]
        drafts = [draft for one in rows if (draft := _draft(one.firm, day, to, now))]
        CommitmentReminder.objects.bulk_create(
            [CommitmentReminder(object=one.firm, day=day, to=to, at=now) for one in rows], ignore_conflicts=True
        )
        if drafts:
            write_all(drafts, Directory(now))
    return len(rows) == AT_ONCE


def _draft(firm: SupervisedObject, day: date, to: str, now: datetime) -> Draft | None:
    body = firm.organisation if to == OWN_FIRM else supervisor_of(firm, now)
    if body is None:
        return None
    figures = {"firm": firm.name, "object": str(firm.pk), "day": day.isoformat(), "due": due_moment(day).isoformat()}
    return Draft(COMMITMENT, to, True, f"commitment-{firm.pk}-{day}-{to}", organisation=body, figures=figures)
