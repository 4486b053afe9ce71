"""What is found at checks with the phone: one way in for phone and API, judged by its own time."""

from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.base.errors import Conflict
from tocsin.fieldwork.queries import FieldActs
from tocsin.fieldwork.rules import NewAct, moment_of_act
from tocsin.fieldwork.services import entry_fields, known_entry
from tocsin.hazchem.prevention.models import CheckEntry, CheckResult
from tocsin.hazchem.prevention.queries.ledger import visible_checks
from tocsin.hazchem.prevention.rules.field import CheckFieldAct, CheckFieldData, RiskCheckVerdict
from tocsin.hazchem.prevention.services.checks import Seen, keep_result, locked_check
from tocsin.records.face import Prepared, prepare_attachment
from tocsin.screens.clock import current_time
from tocsin.supervision.face import require_firm

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def enter_check_on_site(*, actor: "User", act: NewAct[CheckFieldData], picture: bytes = b"", name: str = "") -> CheckEntry:
    """What one of the firm's own people found, with a photo. What somebody had checked on that day is kept and does nothing.

    CheckTask.DoesNotExist out of reach; NotAllowed for others; InvalidInput where words or the code of the place lack; Conflict
    for what is not in order on a day on which somebody had checked: nothing of that kind is kept without a hidden danger.
    """
    require_firm(actor, visible_checks(actor).get(pk=act.subject_id).object)
    prepared = prepare_attachment(actor=actor, data=picture, name=name) if picture else None
    return _enter(actor, act, prepared)


@transaction.atomic
def _enter(actor: "User", act: NewAct[CheckFieldData], picture: Prepared | None) -> CheckEntry:
    now = current_time()
    task = locked_check(act.subject_id)
    if known := known_entry(CheckEntry, "task", act):
        return known
    since = timezone.make_aware(datetime.combine(task.planned_on, time.min))
    at = moment_of_act(act.at, since=since, now=now)
    normal = act.act == CheckFieldAct.IN_ORDER
    verdict = RiskCheckVerdict.COUNTS
    if CheckResult.objects.filter(task=task, done_on=timezone.localdate(at)).exists():
        if not normal:
            raise Conflict(
                _("Somebody had made this check on that day. Report the hidden danger on the page of your safety tasks.")
            )
        verdict = RiskCheckVerdict.BEHIND
    else:
        data = act.data
        keep_result(actor, task, Seen(normal=normal, text=data.text, grade=data.grade, code=data.code, at=at), picture, now)
    task.version += 1
    task.save(update_fields=["version"])
    fields = entry_fields(act, actor=actor, now=now, since=since, version=task.version, verdict=verdict.value)
    return CheckEntry.objects.create(task=task, **fields)


FIELD_ACTS = FieldActs(
    acts=CheckFieldAct,
    data=CheckFieldData,
    enter=enter_check_on_site,
    absent=gettext_lazy("There is no such check, or it is not your firm's."),
)
