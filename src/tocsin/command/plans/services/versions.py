"""Response plans are edited as drafts and switched on by a second person; a version that was switched on never changes."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.command.casebook.rules import rights
from tocsin.command.plans.models import PlanVersion
from tocsin.command.plans.policy import card_of, plan_from
from tocsin.command.plans.queries import versions as queries
from tocsin.command.plans.queries.plans import plans_of
from tocsin.command.plans.rules import changes_between
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def save_draft(
    *, actor: "User", region_code: str, content: Any, reason: str, withdrawn: bool = False, seen_at: datetime | None = None
) -> PlanVersion:
    """The draft of a plan for an area, new or written anew; `content` in the form of `plans.toml`.

    InvalidInput names what does not fit. Conflict where somebody else has written the draft since `seen_at`.
    """
    require(actor, rights.PLANS, region_code)
    try:
        card = card_of(content)
    except ValueError as problem:
        raise InvalidInput(str(problem)) from None
    if not reason.strip():
        raise InvalidInput(_("Say why."))
    now = current_time()
    if withdrawn and queries.in_force(card.code, region_code, at=now) is None:
        raise InvalidInput(_("There is no such plan here that could be withdrawn."))
    draft = PlanVersion.objects.select_for_update().filter(
        code=card.code, region_code=region_code, effective_from__isnull=True
    ).first()  # fmt: skip
    if draft is None:
        draft = PlanVersion(code=card.code, region_code=region_code, version=queries.next_version(card.code))
    elif seen_at is not None and draft.edited_at > seen_at:
        raise Conflict(_("Somebody has written this draft meanwhile: look at it first."))
    draft.content, draft.withdrawn, draft.reason = msgspec.to_builtins(card), withdrawn, reason.strip()[:500]
    draft.edited_by, draft.edited_at = actor, now
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise Conflict(_("Somebody has written this draft meanwhile: look at it first.")) from None
    record_audit(actor, "plan.drafted", "plan_version", draft.pk, region_code, _details(draft))
    return draft


@transaction.atomic
def drop_draft(*, actor: "User", code: str, region_code: str) -> None:
    """There is no draft any more. Conflict where there was none."""
    require(actor, rights.PLANS, region_code)
    draft = _draft(code, region_code)
    record_audit(actor, "plan.draft_dropped", "plan_version", draft.pk, region_code, _details(draft))
    draft.delete()


@transaction.atomic
def switch_on(
    *, actor: "User", code: str, region_code: str, seen_at: datetime, effective_from: datetime | None = None
) -> PlanVersion:
    """The draft holds from then on (else from now), by a second person: who edits plans or leads there and has not written it.

    Conflict for who has written it, and where it was written anew since `seen_at`: only what was read is switched on.
    """
    if not (may(actor, rights.PLANS, region_code) or may(actor, rights.LEAD, region_code)):
        raise NotAllowed(
            _("This needs the right to edit plans or to lead in region %(region)s.") % {"region": region_code or "–"}
        )
    draft = _draft(code, region_code)
    now = current_time()
    if draft.edited_by_id == actor.pk:
        raise Conflict(_("Another person switches it on, not who has written it."))
    if draft.edited_at > seen_at:
        raise Conflict(_("Somebody has written this draft meanwhile: look at it first."))
    begins = effective_from or now
    if begins.tzinfo is None or begins < now:
        raise InvalidInput(_("A plan is switched on from now or a later time, with a time zone."))
    before = {plan.code: plan for plan in plans_of(region_code, at=begins)}.get(code)
    changed = changes_between(before, plan_from(draft.content, draft.version))
    draft.effective_from, draft.switched_on_by, draft.switched_on_at = begins, actor, now
    draft.save()
    details = {
        **_details(draft),
        "effective_from": begins.isoformat(),
        "tasks": {name: one.value for name, one in changed.items()},
    }
    record_audit(actor, "plan.switched_on", "plan_version", draft.pk, region_code, details)
    return draft


def _draft(code: str, region_code: str) -> PlanVersion:
    drafts = PlanVersion.objects.select_for_update().filter(code=code, region_code=region_code, effective_from__isnull=True)
    draft = drafts.first()
    if draft is None:
        raise Conflict(_("There is no draft of this plan for this area."))
    return draft


def _details(row: PlanVersion) -> dict[str, Any]:
    return {"plan": row.code, "version": row.version, "withdrawn": row.withdrawn, "reason": row.reason}
