"""A warning is issued and frozen, updated, cancelled, and ended by the clock.

Its message is composed, signed and checked before the transaction, in which it is only looked whether it is still what holds.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.atlas.face import tell_of_missing_outlines
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.jurisdiction.face import require, require_person_at_screen, system_actor
from tocsin.mobilisation.public_warnings.models import PublicWarning
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.queries.warnings import by_two, issue_verdict, seen_hash, visible_warnings
from tocsin.mobilisation.public_warnings.rules.states import (
    DRAFT,
    ISSUE,
    LANGUAGES,
    IssueVerdict,
    WarningState,
)
from tocsin.mobilisation.public_warnings.services.checks import check_complete, check_times
from tocsin.mobilisation.public_warnings.services.composing import Message, write_message
from tocsin.mobilisation.public_warnings.services.news import tell_draft, tell_ended, tell_issued
from tocsin.mobilisation.public_warnings.services.telling import take_back, tell_author, tell_second
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_AT_ONCE = 200


def issue_warning(*, actor: "User", warning_id: UUID, seen: str = "", now: datetime) -> PublicWarning:
    """Signs and freezes it, by a person at a screen: for red and orange another one than its author.

    `seen`: the hash of what the person read; what was changed meanwhile is not signed. NotAllowed or Conflict says who may;
    InvalidInput what is missing.
    """
    require_person_at_screen(actor)
    visible_warnings(actor).get(pk=warning_id)
    rows = PublicWarning.objects.select_related("author", "organisation", "earlier")
    draft = rows.get(pk=warning_id)
    _judge(actor, draft, seen, now)
    message = write_message(draft, now)
    with transaction.atomic():
        warning = rows.select_for_update(of=("self",)).get(pk=warning_id)
        _judge(actor, warning, message.content, now)
        _freeze(actor, warning, message, now)
        take_back(warning)
        if not warning.exercise:
            tell_of_missing_outlines(message.undrawn, now)
        if warning.author_id != actor.pk:
            tell_author(warning, "issued", now)
    return warning


@transaction.atomic
def draft_update(*, actor: "User", warning_id: UUID, now: datetime) -> PublicWarning:
    """A draft that follows a warning which holds: the same words and places, its references filled when it is issued.

    One that is there already is answered.
    """
    earlier = _standing(actor, warning_id, now, lock=True)
    require(actor, DRAFT, earlier.region_code)
    waiting = earlier.later.filter(state__in=(WarningState.DRAFT, WarningState.ASKED), msg_type="Update").first()
    if waiting is not None:
        return waiting
    update = _successor(earlier, actor, "Update", now)
    update.save()
    record_audit(actor, "public_warning.update_drafted", "public_warning", update.pk, update.region_code, {"of": str(earlier.pk)})
    tell_draft(update)
    return update


def cancel_warning(*, actor: "User", warning_id: UUID, reason: str, now: datetime) -> PublicWarning:
    """The all clear: at once by one person with the right to issue, or handed to the second person for levels that policy names.

    One that waits already is answered.
    """
    require_person_at_screen(actor)
    earlier = _standing(actor, warning_id, now)
    cancel = _successor(earlier, actor, "Cancel", now)
    two = by_two(cancel)
    require(actor, DRAFT if two else ISSUE, earlier.region_code)
    if not reason.strip():
        raise InvalidInput(_("Say why the danger is over."))
    cancel.texts, cancel.onset_at = _cancelling_texts(earlier, reason.strip()), None
    message = None if two else write_message(cancel, now)
    with transaction.atomic():
        earlier = _standing(actor, warning_id, now, lock=True)
        if message is not None:
            cancel.save()
            _freeze(actor, cancel, message, now)
            return cancel
        if waits := earlier.later.filter(state=WarningState.ASKED, msg_type="Cancel").first():
            return waits
        cancel.state, cancel.asked_at = WarningState.ASKED.value, now
        cancel.save()
        details = {"of": str(earlier.pk), "level": cancel.level, "type": cancel.msg_type}
        record_audit(actor, "public_warning.asked", "public_warning", cancel.pk, cancel.region_code, details)
        tell_draft(cancel)
        tell_second(cancel, now)
    return cancel


def expire_warnings(*, now: datetime) -> int:
    """Ends those whose time is over, and reminds authors of those that end soon; returns how many."""
    running = PublicWarning.objects.filter(state=WarningState.ISSUED).order_by("expires_at")
    over = list(running.filter(expires_at__lte=now).values_list("pk", flat=True)[:_AT_ONCE])
    for pk in over:
        with transaction.atomic():
            warning = PublicWarning.objects.select_for_update().defer("cap").get(pk=pk)
            if warning.state == WarningState.ISSUED:
                _end(warning, WarningState.EXPIRED, now)
                record_audit(system_actor(), "public_warning.expired", "public_warning", pk, warning.region_code, {})
    soon = running.filter(reminded_at=None, expires_at__gt=now, expires_at__lte=now + timedelta(days=1)).exclude(
        msg_type="Cancel"
    )
    reminded = 0
    for warning in soon.select_related("author").defer("cap")[:_AT_ONCE]:
        lead = timedelta(minutes=warning_policy(warning.region_code).lead_min)
        if warning.expires_at - now > lead:
            continue
        with transaction.atomic():
            if PublicWarning.objects.filter(pk=warning.pk, reminded_at=None).update(reminded_at=now):
                tell_author(warning, "ends", now)
                reminded += 1
    return len(over) + reminded


def _judge(actor: "User", warning: PublicWarning, seen: str, now: datetime) -> None:
    """Refuses what the actor may not issue as it stands, and what is not what was read."""
    _refuse(issue_verdict(actor, warning))
    if seen and seen != seen_hash(warning):
        raise Conflict(_("It was changed since you read it: read it again, then sign."))
    check_times(warning, now)
    check_complete(warning)


def _refuse(verdict: IssueVerdict) -> None:
    match verdict:
        case IssueVerdict.NO_RIGHT:
            raise NotAllowed(_("This needs the right to issue warnings in this region."))
        case IssueVerdict.OWN:
            raise Conflict(_("Warnings of this level are issued by another person than their author."))
        case IssueVerdict.NOT_ASKED:
            raise Conflict(_("Its author has not handed it over yet."))
        case IssueVerdict.ENDED:
            raise Conflict(_("This warning is no draft any longer."))


def _standing(actor: "User", warning_id: UUID, now: datetime, *, lock: bool = False) -> PublicWarning:
    visible_warnings(actor).get(pk=warning_id)
    rows = PublicWarning.objects.select_related("organisation")
    found = (rows.select_for_update(of=("self",)) if lock else rows).get(pk=warning_id)
    if found.state != WarningState.ISSUED or found.expires_at <= now or found.msg_type == "Cancel":
        raise Conflict(_("Only a warning that holds is updated or cancelled."))
    return found


def _successor(earlier: PublicWarning, actor: "User", msg_type: str, now: datetime) -> PublicWarning:
    return PublicWarning(
        id=new_id(),
        region_code=earlier.region_code,
        organisation_id=earlier.organisation_id,
        kind=earlier.kind,
        level=earlier.level,
        exercise=earlier.exercise,
        of_drill=earlier.of_drill,
        msg_type=msg_type,
        earlier=earlier,
        source_kind=earlier.source_kind,
        source_id=earlier.source_id,
        source_label=earlier.source_label,
        texts=earlier.texts,
        places=earlier.places,
        onset_at=earlier.onset_at if earlier.onset_at and earlier.onset_at > now else None,
        expires_at=earlier.expires_at,
        author=actor,
        created_at=now,
        changed_at=now,
    )


def _cancelling_texts(earlier: PublicWarning, reason: str) -> dict[str, dict[str, str]]:
    """In the languages that the warning spoke; the reason stands as it was written."""
    heads = {"zh": "解除：{}", "en": "Cancelled: {}"}
    clear = {"zh": "危险已解除，恢复正常。", "en": "The danger is over."}
    return {
        language: {
            "headline": heads[language].format(earlier.texts[language]["headline"])[:160],
            "caution": reason[:2000],
            "measures": clear[language],
            "area": earlier.texts[language]["area"],
        }
        for language in LANGUAGES
        if earlier.texts.get(language, {}).get("headline")
    }


def _freeze(actor: "User", warning: PublicWarning, message: Message, now: datetime) -> None:
    """From here on the bytes are what was issued."""
    warning.cap, warning.cap_sha256 = message.data, message.sha256
    warning.state, warning.issued_at, warning.issued_by = WarningState.ISSUED.value, message.sent, actor
    if warning.earlier is not None:
        earlier = PublicWarning.objects.select_for_update().defer("cap").get(pk=warning.earlier.pk)
        if earlier.state != WarningState.ISSUED:
            raise Conflict(_("The warning before it holds no longer: draft a new one."))
        _end(earlier, WarningState.CANCELLED if warning.msg_type == "Cancel" else WarningState.REPLACED, now)
        _give_up_others(earlier, warning, now)
    warning.save()
    details = {"type": warning.msg_type, "level": warning.level, "exercise": warning.exercise, "sha256": warning.cap_sha256}
    record_audit(actor, "public_warning.issued", "public_warning", warning.pk, warning.region_code, details)
    tell_issued(warning)


def _give_up_others(earlier: PublicWarning, follows: PublicWarning, now: datetime) -> None:
    """One message follows another: drafts of others, which could no longer be issued, ask nobody any more."""
    for draft in earlier.later.filter(state__in=(WarningState.DRAFT, WarningState.ASKED)).exclude(pk=follows.pk):
        take_back(draft)
        draft.state, draft.ended_at = WarningState.DROPPED.value, now
        draft.save(update_fields=["state", "ended_at"])
        tell_draft(draft)


def _end(warning: PublicWarning, state: WarningState, now: datetime) -> None:
    warning.state, warning.ended_at = state.value, now
    warning.save(update_fields=["state", "ended_at"])
    tell_ended(warning)
