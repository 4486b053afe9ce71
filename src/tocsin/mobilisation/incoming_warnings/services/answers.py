"""A desk or an owner acknowledges by one press; what is not answered in time is told above, once."""

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, NotAllowed
from tocsin.jurisdiction.face import may, next_desk
from tocsin.mobilisation.incoming_warnings.models import IncomingWarning, WarningDemand
from tocsin.mobilisation.incoming_warnings.queries.demands import late_demands, visible_demands
from tocsin.mobilisation.incoming_warnings.rules.states import ANSWER, WORK
from tocsin.mobilisation.incoming_warnings.services.warned import late_draft
from tocsin.notices.face import Directory, Notice, supersede, write_all
from tocsin.records.face import record_audit
from tocsin.supervision.face import firm_answers, supervisor_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, User


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


@transaction.atomic
def watch_demands(*, now: datetime) -> int:
    """Whoever has not answered in time: the desk above a body, the supervisor of a firm hears of it; returns how many demands."""
    rows = list(late_demands(now).select_for_update(of=("self",))[:500])
    done = firm_answers([one.task_id for one in rows if one.task_id])
    late: dict[UUID, dict[Organisation, list[WarningDemand]]] = defaultdict(lambda: defaultdict(list))
    for one in rows:
        answer = done.get(one.task_id) if one.task_id else None
        one.escalated_at = now
        if answer is not None and answer.done:
            one.done_at, one.done_as, one.words = answer.done_at, answer.done_by[:120], answer.words[:500]
        elif (above := _above(one, now)) is not None:
            late[one.warning_id][above].append(one)
    WarningDemand.objects.bulk_update(rows, ["escalated_at", "done_at", "done_as", "words"], batch_size=200)
    drafts = [
        late_draft(warning, body, demands, now)
        for warning in IncomingWarning.objects.select_related("service").filter(pk__in=late)
        for body, demands in late[warning.pk].items()
    ]
    if drafts:
        write_all(drafts, Directory(now))
    return len(rows)


def _above(demand: WarningDemand, now: datetime) -> "Organisation | None":
    if demand.object is not None:
        return supervisor_of(demand.object, now)
    return next_desk(demand.organisation) if demand.organisation is not None else None
