"""Words for people about versions of edited policies."""

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.supervision.versions.models import PolicyTrial

if TYPE_CHECKING:
    from tocsin.records.face import PolicyVersion

TRIAL_ERRORS: Final[dict[str, Promise]] = {
    "too_long": gettext_lazy("It took longer than six hours."),
    "too_often": gettext_lazy("It failed several times; the worker's log says why."),
}


def describe_version(row: "PolicyVersion", today: date) -> dict[str, Any]:
    """A version of the policy, and what trying it showed."""
    begins = timezone.localdate(row.effective_from) if row.effective_from is not None else None
    if begins is None:
        state, name = "draft", _("draft")
    elif begins > today:
        state, name = "coming", _("comes into force")
    else:
        state, name = "on", _("in force")
    return {
        "id": str(row.pk),
        "version": row.version,
        "region_code": row.region_code,
        "state": state,
        "state_name": name,
        "effective_from": begins,
        "reason": row.reason,
        "made_at": row.made_at,
        "made_by": str(row.made_by),
        "switched_on_by": str(row.confirmed_by) if row.confirmed_by else "",
        "simulated": row.trial or None,
    }


def describe_trial(trial: PolicyTrial | None) -> dict[str, Any] | None:
    """How far a trial on history is: waiting, at work, done, or given up with the reason."""
    if trial is None:
        return None
    looked_at = trial.found.get("looked_at", 0)
    state = "at_work" if looked_at else "waiting"
    if trial.done_at is not None:
        state = "given_up" if trial.error else "done"
    reason = str(TRIAL_ERRORS[trial.error.partition(":")[0]]) if state == "given_up" else ""
    days = {"first": trial.days[0], "until": trial.days[-1], "days": len(trial.days)}
    numbers = {"looked_at": looked_at, "objects": trial.objects_in_all}
    return {"state": state, "reason": reason, **days, **numbers, "asked_at": trial.asked_at, "done_at": trial.done_at}
