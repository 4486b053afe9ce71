"""A desk or an owner acknowledges by one press; what is not answered in time is told above, once."""

from collections import defaultdict
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, NotAllowed
from tocsin.bus.bulk import in_batches, save_all
from tocsin.jurisdiction.face import may, next_desk
from tocsin.mobilisation.incoming_warnings.models import IncomingWarning, WarningDemand
from tocsin.mobilisation.incoming_warnings.queries.demands import late_demands, visible_demands
from tocsin.mobilisation.incoming_warnings.rules.states import ANSWER, WORK
from tocsin.mobilisation.incoming_warnings.services.warned import is_urgent, late_draft
from tocsin.notices.face import Directory, Notice, look_up_ways, supersede, write_all
from tocsin.records.face import record_audit
from tocsin.supervision.face import firm_answers, supervisor_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tocsin.jurisdiction.face import Organisation, User
    from tocsin.supervision.face import FirmAnswer

_AT_ONCE = 5_000


@transaction.atomic
def acknowledge(*, actor: "User", demand_id: UUID, words: str = "", said_by: str = "", now: datetime) -> WarningDemand:
    """The body says that it has it, and what it does. Twice is once; later words are kept, too."""
    visible_demands(actor).get(pk=demand_id)
    return answer_demand(actor=actor, demand_id=demand_id, words=words, said_by=said_by, now=now)


@transaction.atomic
def answer_demand(*, actor: "User", demand_id: UUID, words: str = "", said_by: str = "", now: datetime) -> WarningDemand:
    """The same for whoever the notice itself has let in."""
    demand = WarningDemand.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=demand_id)
    require_answerer(actor, demand)
    if demand.ended_at is not None:
        raise Conflict(_("This warning is over: nothing is asked any longer."))
    text = words.strip()[:500]
    if demand.done_at is not None and not text:
        return demand
    if demand.done_at is None:
        demand.done_at, demand.done_as = now, (said_by or str(actor))[:120]
    demand.words = text or demand.words
    demand.save(update_fields=["done_at", "done_as", "words"])
    supersede(Notice.objects.filter(key=demand.notice_key), now=now, by_signature=True)
    told: dict[str, object] = {"warning": str(demand.warning_id), "body": str(demand.organisation or ""), "words": text}
    record_audit(actor, "incoming_warning.acknowledged", "incoming_warning", demand.warning_id, demand.region_code, told)
    return demand


def require_answerer(actor: "User", demand: WarningDemand) -> None:
    """NotAllowed for whoever does not answer for this body; a firm answers on its own page."""
    if demand.who == "desk" and may(actor, ANSWER, demand.region_code):
        return
    if demand.who == "owner" and may(actor, WORK, demand.region_code, (demand.organisation_id,)):
        return
    raise NotAllowed(_("This is answered by the people of %(body)s.") % {"body": demand.organisation or demand.object})


def watch_demands(*, now: datetime) -> int:
    """Whoever has not answered in time: the desk above a body, the supervisor of a firm hears of it, each once for all of theirs;
    returns how many demands. Everything is looked up before; the transactions hold nothing but what is written.
    """
    rows = list(late_demands(now)[:_AT_ONCE])
    answers = firm_answers([one.task_id for one in rows if one.task_id])
    done = {one.pk: answers[one.task_id] for one in rows if one.task_id in answers and answers[one.task_id].done}
    in_batches([one for one in rows if one.pk in done], partial(_take_answers, done, now))
    late = [(one, _above(one, now)) for one in rows if one.pk not in done]
    for warning_id in {one.warning_id: None for one, _body in late}:
        _tell_late([(one, body) for one, body in late if one.warning_id == warning_id], now)
    return len(rows)


def _take_answers(answers: "Mapping[UUID, FirmAnswer]", now: datetime, rows: "Sequence[WarningDemand]") -> None:
    """What firms said on their own page."""
    for one in rows:
        answer = answers[one.pk]
        one.escalated_at = now
        one.done_at, one.done_as, one.words = answer.done_at, answer.done_by[:120], answer.words[:500]
    save_all(rows, "escalated_at", "done_at", "done_as", "words")


def _tell_late(late: "list[tuple[WarningDemand, Organisation | None]]", now: datetime) -> None:
    """All of one warning in one transaction: a body above hears of them by one notice."""
    warning = IncomingWarning.objects.select_related("service").get(pk=late[0][0].warning_id)
    by_body: dict[Organisation, list[WarningDemand]] = defaultdict(list)
    for one, body in late:
        if body is not None:
            by_body[body].append(one)
    directory = Directory(now)
    look_up_ways(list(by_body), directory, urgent=is_urgent(warning))
    with transaction.atomic():
        waits = WarningDemand.objects.filter(escalated_at=None, done_at=None, ended_at=None)
        told = set(waits.filter(pk__in=[one.pk for one, _body in late]).select_for_update().values_list("pk", flat=True))
        waits.filter(pk__in=told).update(escalated_at=now)
        drafts = [
            late_draft(warning, body, demands, now)
            for body, all_of_body in by_body.items()
            if (demands := [one for one in all_of_body if one.pk in told])
        ]
        if drafts:
            write_all(drafts, directory)


def _above(demand: WarningDemand, now: datetime) -> "Organisation | None":
    if demand.object is not None:
        return supervisor_of(demand.object, now)
    return next_desk(demand.organisation) if demand.organisation is not None else None
