"""The firm confirms and answers, tiers take note, whoever supervises checks: each act told to whom it concerns."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.hazchem.risk_warnings.models import RiskAnswer, RiskTelling, RiskWarning
from tocsin.hazchem.risk_warnings.queries import active_members, may_answer, may_check, visible_warnings
from tocsin.hazchem.risk_warnings.rules import RiskAct, RiskMeasure, RiskReason, RiskRefusal, RiskState, RiskTier, after
from tocsin.hazchem.risk_warnings.services.telling import tell_answer, tell_news, wind
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from tocsin.jurisdiction.face import Person, User

REFUSALS = {
    RiskRefusal.CLOSED: gettext_lazy("This warning is closed."),
    RiskRefusal.CONFIRMED: gettext_lazy("The firm has confirmed this warning already."),
    RiskRefusal.ANSWERED: gettext_lazy("The firm has answered already: its answer is being checked."),
    RiskRefusal.NOT_ANSWERED: gettext_lazy("The firm has not answered yet."),
}


@transaction.atomic
def confirm_warning(*, actor: "User", warning_id: UUID, now: datetime) -> RiskWarning:
    """The firm takes the warning. NotAllowed for others, Conflict where it has done so."""
    warning = _held(actor, warning_id, may_answer, _("Only the firm's own people confirm its warnings."))
    _move(warning, RiskAct.CONFIRM)
    warning.confirmed_at, warning.confirmed_by = now, actor
    _firm_takes(warning, actor, now)
    return _keep(warning, "confirmed", actor, now)


@transaction.atomic
def answer_warning(
    *, actor: "User", warning_id: UUID, reason: RiskReason, measure: RiskMeasure, text: str, now: datetime
) -> RiskWarning:
    """The firm says why it rang and what was done; every tier that was told hears it."""
    warning = _held(actor, warning_id, may_answer, _("Only the firm's own people answer its warnings."))
    if not 0 < len(text.strip()) <= 1000:
        raise InvalidInput(_("Say in words what happened and what was done, in at most 1,000 characters."))
    _move(warning, RiskAct.ANSWER)
    if warning.confirmed_at is None:
        warning.confirmed_at, warning.confirmed_by = now, actor
    warning.answered_at = now
    _firm_takes(warning, actor, now)
    answer = RiskAnswer.objects.create(warning=warning, at=now, by=actor, reason=reason, measure=measure, text=text.strip())
    tell_answer(warning, answer, "answered", now)
    return _keep(warning, "answered", actor, now, {"reason": reason, "measure": measure})


@transaction.atomic
def return_answer(*, actor: "User", warning_id: UUID, text: str, now: datetime) -> RiskWarning:
    """Whoever supervises sends the answer back, saying what is missing; the firm answers anew, and its time begins anew."""
    warning = _held(actor, warning_id, may_check, _("Only those who lead supervision here check answers."))
    if not 0 < len(text.strip()) <= 1000:
        raise InvalidInput(_("Say what is missing, in at most 1,000 characters."))
    _move(warning, RiskAct.RETURN)
    answer = _newest(warning)
    answer.returned_at, answer.returned_by, answer.returned_text = now, actor, text.strip()
    answer.save(update_fields=["returned_at", "returned_by", "returned_text"])
    warning.asked_at, warning.answered_at = now, None
    warning.fired = [one for one in warning.fired if one not in ("answer", "check")]
    tell_answer(warning, answer, "returned", now)
    return _keep(warning, "returned", actor, now, {"text": text.strip()[:300]})


@transaction.atomic
def close_warning(*, actor: "User", warning_id: UUID, now: datetime) -> RiskWarning:
    """Whoever supervises has checked the answer. Conflict while one of its alarms still holds."""
    warning = _held(actor, warning_id, may_check, _("Only those who lead supervision here check answers."))
    _move(warning, RiskAct.CLOSE)
    active = active_members(warning)
    if active:
        raise Conflict(_("%(count)s of its alarms still hold: it can't be closed yet.") % {"count": active})
    warning.closed_at, warning.closed_by = now, actor
    tell_answer(warning, _newest(warning), "closed", now)
    return _keep(warning, "closed", actor, now)


@transaction.atomic
def take_note(*, actor: "User", warning_id: UUID, now: datetime) -> RiskWarning:
    """A body that was told takes note. NotAllowed for who works for none of them."""
    warning = _held(actor, warning_id, lambda _user, _warning: True, "")
    own = RiskTelling.objects.filter(warning=warning, body_id=actor.organisation_id) if actor.organisation_id else None
    if own is None or not own.exists():
        raise NotAllowed(_("Your body was not told of this warning."))
    if warning.state == RiskState.CLOSED:
        raise Conflict(str(REFUSALS[RiskRefusal.CLOSED]))
    own.filter(taken_at=None).update(taken_at=now, taken_by=actor)
    return _keep(warning, "noted", actor, now)


def _held(actor: "User", warning_id: UUID, allowed: "Callable[[Person, RiskWarning], bool]", refusal: str) -> RiskWarning:
    """The warning for writing; RiskWarning.DoesNotExist where the actor may not see it."""
    visible_warnings(actor).get(pk=warning_id)
    rows = RiskWarning.objects.select_for_update(of=("self",))
    warning = rows.select_related("object__organisation__superior", "object__competent", "unit").get(pk=warning_id)
    if not allowed(actor, warning):
        raise NotAllowed(refusal)
    return warning


def _move(warning: RiskWarning, act: RiskAct) -> None:
    state = after(RiskState(warning.state), act)
    if isinstance(state, RiskRefusal):
        raise Conflict(str(REFUSALS[state]))
    warning.state = state


def _firm_takes(warning: RiskWarning, actor: "User", now: datetime) -> None:
    RiskTelling.objects.filter(warning=warning, tier=RiskTier.FIRM, taken_at=None).update(taken_at=now, taken_by=actor)


def _newest(warning: RiskWarning) -> RiskAnswer:
    return warning.answers.order_by("-at", "-pk")[0]


def _keep(warning: RiskWarning, act: str, actor: "User", now: datetime, told: dict[str, object] | None = None) -> RiskWarning:
    wind(warning, now)
    warning.save()
    tell_news(warning, act)
    record_audit(actor, f"risk_warning.{act}", "risk_warning", warning.pk, warning.region_code, told or {})
    return warning
