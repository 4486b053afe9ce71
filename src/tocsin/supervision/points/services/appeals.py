"""Appeals: a firm objects to a line of its ledger, the authority answers in time, and a won appeal scores the days again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.services import record_event
from tocsin.engine.points.ledger import PART_CODES, FactSource, Line, ReliefSource, Restored, read_lines, restore
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit, working_days
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.models import LedgerDay, SupervisedObject
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.points.events import ColourChanged
from tocsin.supervision.points.models import Appeal, PointsRun
from tocsin.supervision.points.policy import hundredths
from tocsin.supervision.points.queries.ledger import Reckoned, newest_revision, reckon, visible_appeals
from tocsin.supervision.points.queries.rules import appeal_until, rules_for_today, rules_of_version
from tocsin.supervision.points.services.telling import tell_of_appeal

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_PARTS = {code: part for part, code in PART_CODES.items()}
_NOT_APPEALED = ("start", "limit", "appeal", "today")


@transaction.atomic
def make_appeal(*, actor: "User", object_id: UUID, day: date, reason_code: str, line_key: str = "", text: str) -> Appeal:
    """The firm's objection to one line of one day, within the working days of policy after the day was scored.

    SupervisedObject.DoesNotExist or NotAllowed out of reach; Conflict too late or a second time; InvalidInput for no such line.
    """
    found = visible_objects(actor).get(pk=object_id)
    require(actor, rights.OWN, found.region_code, (found.organisation_id,))
    row = newest_revision(found.pk, day)
    if row is None or _line(read_lines(row.lines), reason_code, line_key) is None:
        raise InvalidInput(_("There is no such line on that day."))
    if not text.strip():
        raise InvalidInput(_("Say why the line is wrong."))
    now = current_time()
    today = timezone.localtime(now).date()
    policy = rules_for_today(found.region_code).appeals
    if today > appeal_until(day, policy.within_working_days):
        raise Conflict(_("The time for an appeal against that day is over."))
    if Appeal.objects.filter(object=found, day=day, reason_code=reason_code, line_key=line_key).exists():
        raise Conflict(_("There is an appeal against this line already."))
    appeal = Appeal.objects.create(
        object=found,
        day=day,
        reason_code=reason_code,
        line_key=line_key,
        text=text.strip()[:2000],
        made_at=now,
        made_by=actor,
        due_on=working_days().after(today, policy.answer_working_days),
    )
    tell_of_appeal(appeal, now=now)
    record_audit(actor, "appeal.made", "object", found.pk, found.region_code, {"day": str(day), "line": reason_code})
    return appeal


@transaction.atomic
def answer_appeal(*, actor: "User", appeal_id: UUID, won: bool, answer: str, points: float | None = None) -> Appeal:
    """Won or not, with reasons. A won one adds a line to that day and to every scored day after it, as revisions: the first
    writing stays. Against a fact it undoes what the fact took; against a part it gives `points` a day back while the
    window lasts, never above the part's weight (all that is missing where none are given).

    Appeal.DoesNotExist out of reach; NotAllowed without the right to lead, and for who made it; Conflict for one that is
    answered; InvalidInput without reasons.
    """
    visible = visible_appeals(actor).get(pk=appeal_id)
    require(actor, rights.LEAD, visible.object.region_code)
    appeal = Appeal.objects.select_for_update(of=("self",)).select_related("object").get(pk=visible.pk)
    if appeal.won is not None:
        raise Conflict(_("This appeal has been answered."))
    if appeal.made_by_id == actor.pk:
        raise Conflict(_("Nobody answers an appeal of one's own."))
    if not answer.strip():
        raise InvalidInput(_("Give the reasons."))
    if points is not None and not 0 < points <= 100:
        raise InvalidInput(_("Points lie between 0 and 100."))
    now = current_time()
    appeal.won, appeal.answer, appeal.decided_at, appeal.decided_by = won, answer.strip()[:2000], now, actor
    if won:
        in_part = appeal.reason_code in _PARTS
        reach = rules_for_today(appeal.object.region_code).appeals.reach_days
        appeal.granted = hundredths(100.0 if points is None else points) if in_part else 0
        appeal.until = appeal.day + timedelta(days=reach) if in_part else date.max
    appeal.save()
    details = {"day": str(appeal.day), "line": appeal.reason_code, "won": won, "answer": appeal.answer[:500]}
    record_audit(actor, "appeal.answered", "object", appeal.object_id, appeal.object.region_code, details)
    tell_of_appeal(appeal, now=now)
    if won:
        score_again(appeal.object, appeal)
    return appeal


def score_again(supervised_object: SupervisedObject, appeal: Appeal) -> int:
    """Revisions of the appealed day and all scored days after it, from their own stored lines; returns how many were written."""
    days = PointsRun.objects.filter(day__gte=appeal.day, scored__gt=0).order_by("day").values_list("day", flat=True)
    before: LedgerDay | Reckoned | None = _before(supervised_object.pk, appeal.day)
    written: list[LedgerDay] = []
    shown = ""
    for day in days:
        row = newest_revision(supervised_object.pk, day)
        if row is None:
            continue
        restored = _with(restore(read_lines(row.lines)), appeal, day)
        again = reckon(day, restored.counts, restored.facts, restored.relief, before, rules_of_version(row.rule_version))
        before, shown = again, row.colour
        if again.lines != row.lines or again.colour != row.colour:
            written.append(_revision(row, again))
            _count_again(supervised_object, day, row.colour, again.colour)
    LedgerDay.objects.bulk_create(written)
    if written and written[-1].colour != shown:
        last = written[-1]
        event = ColourChanged(object_id=str(supervised_object.pk), day=last.day.isoformat(), before=shown, after=last.colour)
        record_event(event, region=supervised_object.region_code)
    return len(written)


@dataclass(frozen=True)
class _Place:
    kind: str
    key: str


def _line(lines: Sequence[Line], code: str, key: str) -> Line | None:
    """The line that may be appealed: a part, or a fact by its key."""
    for line in lines:
        if line.code == code and code not in _NOT_APPEALED and (code in _PARTS or line.evidence[0] == key):
            return line
    return None


def _with(restored: Restored, appeal: Appeal, day: date) -> Restored:
    """The day's inputs with the appeal in them."""
    part = _PARTS.get(appeal.reason_code)
    if part is not None:
        if appeal.until is not None and day > appeal.until:
            return restored
        return replace(restored, relief=(*restored.relief, (part, ReliefSource(str(appeal.pk), appeal.granted))))
    place = _Place(appeal.reason_code, appeal.line_key)
    facts = tuple(
        (kind, FactSource(one.key, one.began_on, one.ended_on, str(appeal.pk)) if place == _Place(kind, one.key) else one)
        for kind, one in restored.facts
    )
    return replace(restored, facts=facts)


def _before(object_id: UUID, day: date) -> LedgerDay | None:
    older = PointsRun.objects.filter(day__lt=day, scored__gt=0).values_list("day", flat=True).first()
    return newest_revision(object_id, older) if older else None


def _count_again(supervised_object: SupervisedObject, day: date, before: str, after: str) -> None:
    """The counts of that day's board, where the object has another colour now."""
    if before == after:
        return
    run = PointsRun.objects.select_for_update().get(day=day)
    counts = {(region, trade, colour): number for region, trade, colour, number in run.tallies}
    place = (supervised_object.region_code, supervised_object.trade)
    counts[*place, before] = counts.get((*place, before), 1) - 1
    counts[*place, after] = counts.get((*place, after), 0) + 1
    run.tallies = sorted([region, trade, colour, number] for (region, trade, colour), number in counts.items() if number)
    run.save(update_fields=["tallies"])


def _revision(row: LedgerDay, again: Reckoned) -> LedgerDay:
    yellow, blue, green = again.days
    return LedgerDay(
        day=row.day,
        object_id=row.object_id,
        revision=row.revision + 1,
        score=again.score,
        feedback=again.feedback,
        band=again.band,
        standing=again.standing,
        colour=again.colour,
        days_in_yellow=yellow,
        days_in_blue=blue,
        days_in_green=green,
        rule_version=row.rule_version,
        lines=again.lines,
    )
