"""Response plans are edited as drafts and switched on by a second person; a version that was switched on never changes."""

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.toml import write_toml
from tocsin.command.casebook.rules import rights
from tocsin.command.plans.policy import PLANS, card_of, plan_from
from tocsin.command.plans.queries import versions as queries
from tocsin.command.plans.queries.plans import plans_of
from tocsin.command.plans.rules import changes_between
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import NewVersion, locked_version, put_in_force, record_audit, write_draft
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.records.face import PolicyVersion


@transaction.atomic
def save_draft(
    *, actor: "User", region_code: str, content: object, reason: str, withdrawn: bool = False, seen_at: datetime | None = None
) -> "PolicyVersion":
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
    known = queries.draft_of(card.code, region_code)
    draft = locked_version(known.pk) if known is not None else None
    if draft is not None and seen_at is not None and draft.made_at > seen_at:
        raise Conflict(_("Somebody has written this draft meanwhile: look at it first."))
    new = NewVersion(
        text=write_toml(msgspec.to_builtins(card)),
        region_code=region_code,
        key=card.code,
        version=draft.version if draft is not None else str(queries.next_version(card.code)),
        withdrawn=withdrawn,
        reason=reason,
    )
    try:
        draft = write_draft(actor=actor, policy=PLANS.name, new=new, row=draft)
    except Conflict:
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
) -> "PolicyVersion":
    """The draft holds from then on (else from now), by a second person: who edits plans or leads there and has not written it.

    Conflict for who has written it, and where it was written anew since `seen_at`: only what was read is switched on.
    """
    if not (may(actor, rights.PLANS, region_code) or may(actor, rights.LEAD, region_code)):
        raise NotAllowed(
            _("This needs the right to edit plans or to lead in region %(region)s.") % {"region": region_code or "–"}
        )
    draft = _draft(code, region_code)
    now = current_time()
    if draft.made_by_id == actor.pk:
        raise Conflict(_("Another person switches it on, not who has written it."))
    if draft.made_at > seen_at:
        raise Conflict(_("Somebody has written this draft meanwhile: look at it first."))
    begins = effective_from or now
    if begins.tzinfo is None or begins < now:
        raise InvalidInput(_("A plan is switched on from now or a later time, with a time zone."))
    before = {plan.code: plan for plan in plans_of(region_code, at=begins)}.get(code)
    changed = changes_between(before, plan_from(draft.content, draft.version))
    put_in_force(actor=actor, row=draft, effective_from=begins)
    details = {
        **_details(draft),
        "effective_from": begins.isoformat(),
        "tasks": {name: one.value for name, one in changed.items()},
    }
    record_audit(actor, "plan.switched_on", "plan_version", draft.pk, region_code, details)
    return draft


def _draft(code: str, region_code: str) -> "PolicyVersion":
    draft = queries.draft_of(code, region_code)
    if draft is None:
        raise Conflict(_("There is no draft of this plan for this area."))
    return locked_version(draft.pk)


def _details(row: "PolicyVersion") -> dict[str, object]:
    return {"plan": row.key, "version": int(row.version), "withdrawn": row.withdrawn, "reason": row.reason}
