"""Versions of policy are drafted, tried, and confirmed by a second person; what was confirmed is never rewritten."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NotRequired, TypedDict
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tocsin.base.documents import read_toml
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.policy import PolicyFile
from tocsin.base.toml import Document, write_toml
from tocsin.bus.services import record_event
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE, governing_prefix
from tocsin.jurisdiction.face import all_regions, require
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.records.audit.services import record_audit
from tocsin.records.versions import queries
from tocsin.records.versions.events import PolicyConfirmed, PolicyDeclined, PolicyTried
from tocsin.records.versions.models import PolicyVersion
from tocsin.records.versions.rules import Layer, changes, laid_over, layers_in_force
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from tocsin.jurisdiction.face import User

DRAFT: Final[Permission] = "policy.edit"
CONFIRM: Final[Permission] = "policy.confirm"
LONGEST = 300_000
CONFIDENCES = ("A", "B", "C")


@dataclass(frozen=True)
class NewVersion:
    """What a version says, for whom, and what it rests on. `text`: TOML in the form of the shipped file."""

    text: str
    region_code: str = EVERYWHERE
    trade: str = ""
    key: str = ""
    version: str = ""  # empty: counted
    whole: bool = False
    withdrawn: bool = False
    source: str = ""
    confidence: str = ""
    reason: str = ""
    effective_to: datetime | None = None


class Trial(TypedDict):
    """What trying a draft showed: how many values it changes, the first of them (path, before, after), the subject's trial."""

    changed: int
    keys: "list[list[Any]]"
    shown: "NotRequired[Mapping[str, object]]"


@transaction.atomic
def draft_version(*, actor: "User", policy: str, new: NewVersion) -> PolicyVersion:
    """A new version of a policy as a draft. NotAllowed without the right to edit policy there; InvalidInput names what does not
    fit.
    """
    require(actor, DRAFT, new.region_code)
    file = queries.policy_file(policy)
    check_version(file, new)
    return keep_draft(actor=actor, policy=policy, new=new)


@transaction.atomic
def try_version(*, actor: "User", version_id: UUID) -> PolicyVersion:
    """Keeps with the draft which values it changes, and what the subject's own trial shows."""
    row = _locked(actor, version_id)
    require(actor, DRAFT, row.region_code)
    if row.effective_from is not None:
        raise Conflict(_("This version is on already."))
    return keep_trial(actor=actor, row=row, trial=trial_of(row))


@transaction.atomic
def confirm_version(*, actor: "User", version_id: UUID, effective_from: datetime | None = None) -> PolicyVersion:
    """The version is in force from then on (None: from now), by another person than its author.

    Conflict for one that is on, was never tried, or was drafted by the actor; InvalidInput for a time that is past.
    """
    row = _locked(actor, version_id)
    require(actor, CONFIRM, row.region_code)
    file = queries.policy_file(row.policy)
    if row.tried_at is None:
        raise Conflict(_("Try it first."))
    if queries.is_declined(row, current_time()):
        raise Conflict(_("This draft was declined, or the time for which it was meant is over: draft it anew."))
    if (file.whole or file.items) and queries.newer_in_force(row):
        raise Conflict(_("Another version came into force since this one was tried: try it again."))
    earliest = earliest_begin(file)
    begins = effective_from or earliest
    if begins.tzinfo is None or begins < earliest:
        raise InvalidInput(_("A version begins now or later, with a time zone; one that counts by days from a day to come."))
    return keep_confirmed(actor=actor, row=row, effective_from=begins)


@transaction.atomic
def decline_version(*, actor: "User", version_id: UUID, words: str) -> PolicyVersion:
    """The draft waits for nobody any more: its author takes it back, or who may confirm it says no, with the reason."""
    row = _locked(actor, version_id)
    if row.made_by_id != actor.pk:
        require(actor, CONFIRM, row.region_code)
    if row.effective_from is not None:
        raise Conflict(_("This version is on already."))
    if not words.strip():
        raise InvalidInput(_("Say why it is declined."))
    row.effective_to = current_time()
    row.save(update_fields=["effective_to"])
    record_event(PolicyDeclined(version_id=str(row.pk), policy=row.policy), region=row.region_code)
    record_audit(actor, "policy.declined", "policy", row.pk, row.region_code, {**_details(row), "words": words.strip()[:500]})
    return row


def earliest_begin(file: PolicyFile[Any]) -> datetime:
    """Now, or the begin of the next local day for a policy that counts by days."""
    now = current_time()
    if not file.by_day:
        return now
    return queries.midnight(timezone.localdate(now) + timedelta(days=1))


def check_version(file: PolicyFile[Any], new: NewVersion) -> None:
    """InvalidInput where the scope is none of this policy's, or the values do not fit the file's reader."""
    if new.region_code != EVERYWHERE and not all_regions().filter(code=new.region_code).exists():
        raise InvalidInput(_("There is no such region."))
    if governing_prefix(new.region_code) and not file.regions:
        raise InvalidInput(_("This policy holds everywhere: it has no values of a region."))
    if new.trade and not file.trades:
        raise InvalidInput(_("This policy holds for all trades."))
    if bool(new.key) and not file.items:
        raise InvalidInput(_("This policy has no items of their own."))
    if new.confidence not in ("", *CONFIDENCES):
        raise InvalidInput(_("A confidence mark is A, B or C."))
    if not new.withdrawn:
        readable(file, parse(new.text), new)


def parse(text: str) -> Document:
    """The content of a TOML text; InvalidInput says where it can't be read."""
    if len(text) > LONGEST:
        raise InvalidInput(_("The text is longer than %(longest)d characters.") % {"longest": LONGEST})
    return read_toml(text)


def readable(file: PolicyFile[Any], content: Document, new: NewVersion) -> Any:
    """The policy as it would be with this content in force; InvalidInput names the key that does not fit."""
    layer = Layer(
        id="~",
        key=new.key,
        prefix=governing_prefix(new.region_code),
        trade=new.trade,
        begins=current_time(),
        ends=None,
        content=content,
        whole=new.whole,
        withdrawn=new.withdrawn,
    )
    try:
        return queries.read_content(file, _with(file, layer), file.name)
    except queries.UNREADABLE as error:
        raise InvalidInput(str(error)) from None


def _with(file: PolicyFile[Any], layer: Layer) -> Document:
    """The content in the scope of a layer as if it were the newest there."""
    others = queries.layers_of(file.name)
    now = current_time()
    holding = layers_in_force([*others, layer], region=layer.prefix, trade=layer.trade, at=max(now, layer.begins))
    return laid_over(file.content, holding, file.items, file.items_by)


def trial_of(row: PolicyVersion) -> Trial:
    """Which values a draft changes in its scope (path, before, after), with what the subject's own trial shows."""
    file = queries.policy_file(row.policy)
    now = current_time()
    before = queries.content_in_force(file, region=governing_prefix(row.region_code), trade=row.trade)
    after = _with(file, queries.layer_of(row, begins=now))
    try:
        queries.read_content(file, after, file.name)
    except queries.UNREADABLE as error:
        raise InvalidInput(str(error)) from None
    told = [[list(path), _plain(old), _plain(new)] for path, old, new in changes(before, after)]
    found: Trial = {"changed": len(told), "keys": told[:500]}
    own = settings.POLICY_TRIALS.get(row.policy)
    if own is not None:
        work: Callable[[PolicyVersion, Document], Mapping[str, object]] = import_string(own.replace(":", "."))
        found["shown"] = work(row, after)
    return found


def _plain(value: Any) -> Any:
    return (
        value
        if value is None or isinstance(value, bool | int | float | str)
        else write_toml({"value": value})[len("value = ") :].strip()
    )


def keep_draft(*, actor: "User", policy: str, new: NewVersion) -> PolicyVersion:
    """The row of a draft that was checked, with its audit entry. Conflict for a name that is taken."""
    row = add_draft(actor=actor, policy=policy, new=new)
    record_audit(actor, "policy.drafted", "policy", row.pk, row.region_code, _details(row))
    return row


def propose(*, actor: "User", policy: str, new: NewVersion, shown: Mapping[str, object]) -> PolicyVersion:
    """A draft that its subject has checked and tried in its own way (`shown` tells how), ready for a second person."""
    row = keep_draft(actor=actor, policy=policy, new=new)
    trial = trial_of(row)
    trial["shown"] = shown
    return keep_trial(actor=actor, row=row, trial=trial)


def keep_trial(*, actor: "User", row: PolicyVersion, trial: Trial) -> PolicyVersion:
    """What trying a draft showed is kept with it."""
    tell_trial(row=row, trial=trial)
    record_event(PolicyTried(version_id=str(row.pk), policy=row.policy), region=row.region_code)
    record_audit(actor, "policy.tried", "policy", row.pk, row.region_code, {"policy": row.policy, "changed": trial["changed"]})
    return row


def keep_confirmed(*, actor: "User", row: PolicyVersion, effective_from: datetime) -> PolicyVersion:
    """The row is in force from then on, with its audit entry; Conflict as of `put_in_force`."""
    put_in_force(actor=actor, row=row, effective_from=effective_from)
    told = {**_details(row), "effective_from": effective_from.isoformat()}
    record_audit(actor, "policy.confirmed", "policy", row.pk, row.region_code, told)
    return row


def add_draft(*, actor: "User | None", policy: str, new: NewVersion) -> PolicyVersion:
    """The row of a draft, for a subject that checks it and tells the audit trail itself. Conflict for a name that is taken."""
    return write_draft(actor=actor, policy=policy, new=new, row=None)


def write_draft(*, actor: "User | None", policy: str, new: NewVersion, row: PolicyVersion | None) -> PolicyVersion:
    """The same for a draft that is written anew: what was written last is what a second person confirms."""
    draft = row or PolicyVersion(policy=policy, key=new.key, version=new.version or str(queries.next_number(policy, new.key)))
    draft.region_code, draft.trade, draft.text = new.region_code, new.trade, new.text
    draft.whole, draft.withdrawn = new.whole, new.withdrawn
    draft.source, draft.confidence, draft.reason = new.source.strip()[:300], new.confidence, new.reason.strip()[:500]
    draft.effective_to = new.effective_to
    draft.made_at, draft.made_by = current_time(), actor
    draft.trial, draft.tried_at = {}, None
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise Conflict(_("There is a version of this name already.")) from None
    return draft


def keep_shipped(*, actor: "User", policy: str, version: str, text: str, day: date, now: datetime) -> None:
    """What was shipped, by a name that rows can hold; from the first day on which it counted."""
    PolicyVersion.objects.get_or_create(
        policy=policy,
        key="",
        version=version,
        defaults={
            "region_code": EVERYWHERE,
            "text": text,
            "whole": True,
            "effective_from": queries.midnight(day),
            "made_at": now,
            "made_by": actor,
            "confirmed_at": now,
            "confirmed_by": actor,
        },
    )


def put_in_force(*, actor: "User | None", row: PolicyVersion, effective_from: datetime) -> PolicyVersion:
    """The row is in force from then on, in every process, with its event; for a subject that asks for rights and tells the audit
    trail itself. Conflict for one that is on already, and for its author.
    """
    require_other(actor, row)
    row.effective_from, row.confirmed_by = effective_from, actor
    row.confirmed_at = current_time()
    row.save(update_fields=["effective_from", "confirmed_by", "confirmed_at"])
    event = PolicyConfirmed(version_id=str(row.pk), policy=row.policy, key=row.key, effective_from=effective_from.isoformat())
    record_event(event, region=row.region_code)
    tell_processes()
    return row


def tell_processes() -> None:
    """Once this transaction is through, every process reads the confirmed versions anew."""
    queries.note_written()
    transaction.on_commit(set_mark)


def set_mark() -> None:
    """The mark in the data folder says whether there are confirmed versions, and is another one after each call."""
    path = queries.mark_path()
    if not queries.confirmed_rows().exists():
        path.unlink(missing_ok=True)
        return
    handle, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    os.close(handle)
    Path(name).replace(path)


def require_other(actor: "User | None", row: PolicyVersion) -> None:
    """Conflict for a version that is on already, and for its author: a second person puts it in force."""
    if row.effective_from is not None:
        raise Conflict(_("This version is on already."))
    if actor is not None and row.made_by_id == actor.pk:
        raise Conflict(_("Another person switches it on, not who drafted it."))


def tell_trial(*, row: PolicyVersion, trial: Mapping[str, object]) -> None:
    """What trying a draft showed is kept with it; for a subject that tells the audit trail itself."""
    row.trial, row.tried_at = trial, current_time()
    row.save(update_fields=["trial", "tried_at"])


def locked_version(version_id: UUID) -> PolicyVersion:
    """The row, held for this transaction."""
    return PolicyVersion.objects.select_for_update().get(pk=version_id)


def _locked(actor: "User", version_id: UUID) -> PolicyVersion:
    """PolicyVersion.DoesNotExist out of reach."""
    seen = queries.visible_versions(actor).get(pk=version_id)
    return locked_version(seen.pk)


def _details(row: PolicyVersion) -> dict[str, object]:
    return {"policy": row.policy, **row.details}
