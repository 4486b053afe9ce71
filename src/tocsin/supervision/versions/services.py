"""Versions of policies: drafted, tried, switched on by another person with a date. What earlier ones made never changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.versions.models import PolicyVersion
from tocsin.supervision.versions.queries import visible_versions
from tocsin.supervision.versions.rules import SHIPPED

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True)
class Edited:
    """A policy that is edited in the product. `read`: TOML text and region to what is kept; InvalidInput names what does not fit.
    `try_on`: what a draft would change, as plain JSON with the number `changed`; Conflict where there is nothing to try it on;
    None where that takes so long that the worker does it (`services.points_trial`).
    `newest_day`: the newest day for which something was made by rule; a version begins later.
    """

    subject: str
    read: Callable[[str, str], dict[str, Any]]
    try_on: Callable[[PolicyVersion], dict[str, Any]] | None
    newest_day: Callable[[], date | None]

    @property
    def audited(self) -> str:
        """What the audit trail calls it."""
        return f"{self.subject}_policy"


@transaction.atomic
def draft_version(of: Edited, *, actor: "User", region_code: str, version: str, text: str, reason: str = "") -> PolicyVersion:
    """A new version from a TOML text of the form of the shipped file, for a region and all below it.

    NotAllowed without the right to edit policy or to lead there; InvalidInput names the key or the sum that does not fit;
    Conflict for a name that is taken.
    """
    require_editor(actor, region_code)
    name = version.strip()
    if not 3 <= len(name) <= 40 or name.startswith(SHIPPED) or not name.replace("-", "").replace(".", "").isalnum():
        raise InvalidInput(_("A version has a name of 3 to 40 letters, digits, dots and hyphens, not beginning with “shipped”."))
    if PolicyVersion.objects.filter(subject=of.subject, version=name).exists():
        raise Conflict(_("There is a version of this name already."))
    made = PolicyVersion.objects.create(
        subject=of.subject,
        version=name,
        region_code=region_code,
        content=of.read(text, region_code),
        reason=reason.strip()[:500],
        made_at=current_time(),
        made_by=actor,
    )
    record_audit(actor, f"{of.audited}.drafted", of.audited, made.pk, region_code, {"version": name})
    return made


def try_version(of: Edited, *, actor: "User", version_id: UUID) -> PolicyVersion:
    """Keeps with the draft what it would change. PolicyVersion.DoesNotExist out of reach; Conflict where nothing can be tried."""
    seen = visible_versions(actor, of.subject).get(pk=version_id)
    require_editor(actor, seen.region_code)
    if of.try_on is None:
        raise ValueError(f"a version of {of.subject} is tried by the worker")
    found = of.try_on(seen)
    with transaction.atomic():
        held = PolicyVersion.objects.select_for_update().get(pk=seen.pk)
        held.simulated = found
        held.save(update_fields=["simulated"])
        record_audit(actor, f"{of.audited}.simulated", of.audited, held.pk, held.region_code, {"changed": found["changed"]})
    return held


@transaction.atomic
def switch_on(of: Edited, *, actor: "User", version_id: UUID, effective_from: date) -> PolicyVersion:
    """The version counts from a day for which nothing was made yet; somebody other than who drafted it says so.

    Conflict for one that is on already, was never tried, or was drafted by the actor; InvalidInput for a day that is through.
    """
    visible = visible_versions(actor, of.subject).get(pk=version_id)
    require(actor, rights.LEAD, visible.region_code)
    held = PolicyVersion.objects.select_for_update().get(pk=visible.pk)
    if held.effective_from is not None:
        raise Conflict(_("This version is on already."))
    if held.made_by_id == actor.pk:
        raise Conflict(_("Another person switches it on, not who drafted it."))
    if not held.simulated:
        raise Conflict(_("Try it first."))
    today = timezone.localtime(current_time()).date()
    newest = of.newest_day()
    if effective_from < today or (newest is not None and effective_from <= newest):
        raise InvalidInput(_("Past days are never judged by new rules: choose a day that has not begun."))
    held.effective_from, held.switched_on_by = effective_from, actor
    held.save(update_fields=["effective_from", "switched_on_by"])
    details = {"version": held.version, "effective_from": str(effective_from), "changed": held.simulated.get("changed")}
    record_audit(actor, f"{of.audited}.switched_on", of.audited, held.pk, held.region_code, details)
    return held


def require_editor(actor: "User", region_code: str) -> None:
    """NotAllowed for who may neither edit policy nor lead there."""
    if not (may(actor, rights.EDIT_POLICY, region_code) or may(actor, rights.LEAD, region_code)):
        raise NotAllowed(_("This needs the right to edit policy in region %(region)s.") % {"region": region_code or "–"})
