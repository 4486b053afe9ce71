"""Who is told of an electrical danger: the firm and whoever supervises it, again when it worsens, and of its end."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.base.time import ms_from_datetime
from tocsin.engine.work.danger import DangerVerdict
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all
from tocsin.supervision.electrical.rules import ANSWERED, DANGER, MENDED
from tocsin.supervision.objects.queries.supervisors import supervisor_of
from tocsin.supervision.stops.rules import OWN_FIRM, SUPERVISES
from tocsin.supervision.work.models import ElectricalDanger
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.rules.electrical import RINGING

if TYPE_CHECKING:
    from collections.abc import Sequence

_RINGING = [one.value for one in RINGING]


def tell_danger(danger: ElectricalDanger, *, now: datetime) -> None:
    """Something nears its limit, or is beyond it: the firm answers, whoever supervises it knows. Urgent from the limit on."""
    urgent = danger.verdict == DangerVerdict.BEYOND
    _write(danger, DANGER, f"electrical-{danger.pk}-{ms_from_datetime(danger.since)}", urgent=urgent, now=now)


def tell_mended(danger: ElectricalDanger, *, now: datetime) -> None:
    """The measurement says that it is over: what was told of it waits for nobody, and who heard of it hears that."""
    heard = Notice.objects.filter(key__startswith=f"electrical-{danger.pk}-")
    if not heard.exists():
        return
    supersede(heard, now=now)
    heard.filter(read_at__isnull=True).update(fate=Fate.SUPERSEDED.value)
    _write(danger, MENDED, f"electrical-end-{danger.pk}-{ms_from_datetime(danger.since)}", urgent=False, now=now)


def tell_answer(danger: ElectricalDanger, *, now: datetime) -> None:
    """Whoever supervises the firm reads what it says that it does; at the firm nothing rings any more."""
    rows = Notice.objects.filter(key__startswith=f"electrical-{danger.pk}-", why=OWN_FIRM)
    rows.filter(read_at__isnull=True).update(fate=Fate.READ.value, read_at=now)
    supersede(rows, now=now)
    body = supervisor_of(danger.point.object, now)
    if body is not None:
        key = f"electrical-answer-{danger.pk}-{ms_from_datetime(now)}"
        figures = {**_figures(danger), "text": danger.answer}
        write_all([Draft(ANSWERED, SUPERVISES, urgent=False, key=key, organisation=body, figures=figures)], Directory(now))


def answer_from_delivery(notices: "Sequence[Notice]", now: datetime) -> None:
    """The firm has the time in policy from when the notice reached it. Called when notices are delivered."""
    due = now + timedelta(hours=work_policy().electrical.answer_h)
    for one in notices:
        if one.why == OWN_FIRM:
            waits = ElectricalDanger.objects.filter(pk=one.figures["danger"], verdict__in=_RINGING, answered_at__isnull=True)
            waits.filter(answer_due_at__isnull=True).update(answer_due_at=due)


def _write(danger: ElectricalDanger, purpose: str, key: str, *, urgent: bool, now: datetime) -> None:
    firm = danger.point.object
    told = [(OWN_FIRM, firm.organisation), (SUPERVISES, supervisor_of(firm, now))]
    drafts = [
        Draft(purpose, why, urgent=urgent, key=f"{key}-{why}", organisation=body, figures=_figures(danger))
        for why, body in told
        if body is not None
    ]
    if drafts:
        write_all(drafts, Directory(now))


def _figures(danger: ElectricalDanger) -> dict[str, object]:
    point = danger.point
    return {
        "danger": str(danger.pk),
        "object": str(point.object_id),
        "firm": point.object.name,
        "place": point.name,
        "kind": danger.kind,
        "verdict": danger.verdict,
        "value": danger.value,
        "limit": danger.limit,
        "hours": danger.hours_to_limit,
    }
