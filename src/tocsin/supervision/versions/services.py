"""Versions of policies: drafted, tried, switched on by another person with a date. What earlier ones made never changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import (
    NewVersion,
    add_draft,
    locked_version,
    midnight,
    put_in_force,
    record_audit,
    require_other,
    tell_trial,
)
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.versions.queries import policy_name, visible_versions
from tocsin.supervision.versions.rules import SHIPPED

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.records.face import PolicyVersion


@dataclass(frozen=True)
class Edited:
    """A policy that is edited in the product. `read`: TOML text and region to its rules; InvalidInput names what does not fit.
    `try_on`: what a draft would change, as plain JSON with the number `changed`; Conflict where there is nothing to try it on;
    None where that takes so long that the worker does it (`points.services.trial`).
    `newest_day`: the newest day for which something was made by rule; a version begins later.
    """

    subject: str
    read: Callable[[str, str], object]
    try_on: "Callable[[PolicyVersion], Mapping[str, object]] | None"
    newest_day: Callable[[], date | None]

    @property
    def audited(self) -> str:
        """What the audit trail calls it."""
        return f"{self.subject}_policy"


@transaction.atomic
def draft_version(of: Edited, *, actor: "User", region_code: str, version: str, text: str, reason: str = "") -> "PolicyVersion":
    """A new version from a TOML text of the form of the shipped file, for a region and all below it.

    NotAllowed without the right to edit policy or to lead there; InvalidInput names the key or the sum that does not fit;
    Conflict for a name that is taken.
    """
    require_editor(actor, region_code)
    name = version.strip()
    if not 3 <= len(name) <= 40 or name.startswith(SHIPPED) or not name.replace("-", "").replace(".", "").isalnum():
        raise InvalidInput(_("A version has a name of 3 to 40 letters, digits, dots and hyphens, not beginning with “shipped”."))
    of.read(text, region_code)
    new = NewVersion(text=text, region_code=region_code, version=name, whole=True, reason=reason)
    made = add_draft(actor=actor, policy=policy_name(of.subject), new=new)
    record_audit(actor, f"{of.audited}.drafted", of.audited, made.pk, region_code, {"version": name})
    return made


def try_version(of: Edited, *, actor: "User", version_id: UUID) -> "PolicyVersion":
    """Keeps with the draft what it would change. PolicyVersion.DoesNotExist out of reach; Conflict where nothing can be tried."""
    seen = visible_versions(actor, of.subject).get(pk=version_id)
    require_editor(actor, seen.region_code)
    if of.try_on is None:
        raise ValueError(f"a version of {of.subject} is tried by the worker")
    found = of.try_on(seen)
    with transaction.atomic():
        held = locked_version(seen.pk)
        tell_trial(row=held, trial=found)
        record_audit(actor, f"{of.audited}.simulated", of.audited, held.pk, held.region_code, {"changed": found["changed"]})
    return held


@transaction.atomic
def switch_on(of: Edited, *, actor: "User", version_id: UUID, effective_from: date) -> "PolicyVersion":
    """The version counts from a day for which nothing was made yet; somebody other than who drafted it says so.

    Conflict for one that is on already, was never tried, or was drafted by the actor; InvalidInput for a day that is through.
    """
    visible = visible_versions(actor, of.subject).get(pk=version_id)
    require(actor, rights.LEAD, visible.region_code)
    held = locked_version(visible.pk)
    require_other(actor, held)
    if not held.trial:
        raise Conflict(_("Try it first."))
    today = timezone.localtime(current_time()).date()
    newest = of.newest_day()
    if effective_from < today or (newest is not None and effective_from <= newest):
        raise InvalidInput(_("Past days are never judged by new rules: choose a day that has not begun."))
    put_in_force(actor=actor, row=held, effective_from=midnight(effective_from))
    details = {"version": held.version, "effective_from": str(effective_from), "changed": held.trial.get("changed")}
    record_audit(actor, f"{of.audited}.switched_on", of.audited, held.pk, held.region_code, details)
    return held


def require_editor(actor: "User", region_code: str) -> None:
    """NotAllowed for who may neither edit policy nor lead there."""
    if not (may(actor, rights.EDIT_POLICY, region_code) or may(actor, rights.LEAD, region_code)):
        raise NotAllowed(_("This needs the right to edit policy in region %(region)s.") % {"region": region_code or "–"})
