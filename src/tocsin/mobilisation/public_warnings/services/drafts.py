"""Drafts of public warnings: filled by policy, changed, handed to the second person, given back or given up."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import require
from tocsin.mobilisation.public_warnings.models import PublicWarning
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.queries.sources import source_of
from tocsin.mobilisation.public_warnings.queries.warnings import as_rows, visible_warnings
from tocsin.mobilisation.public_warnings.rules.states import DRAFT, FIELDS, ISSUE, LANGUAGES, OPEN, WarningState
from tocsin.mobilisation.public_warnings.services.checks import check_complete, check_times
from tocsin.mobilisation.public_warnings.services.news import tell_draft
from tocsin.mobilisation.public_warnings.services.places import NewPlaces, read_places
from tocsin.mobilisation.public_warnings.services.telling import take_back, tell_author, tell_second
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_LONGEST_TEXT = 4000


@dataclass(frozen=True, kw_only=True)
class NewWarning:
    """What a draft says. Times without a zone are local; `source` names what it comes from."""

    region_code: str
    kind: str
    level: Literal["red", "orange", "yellow", "blue"]
    places: NewPlaces
    expires_at: datetime
    onset_at: datetime | None = None
    exercise: bool = False
    headline_zh: str = ""
    caution_zh: str = ""
    measures_zh: str = ""
    area_zh: str = ""
    headline_en: str = ""
    caution_en: str = ""
    measures_en: str = ""
    area_en: str = ""
    source_kind: Literal["", "case", "alarm", "early_sign", "message", "release"] = ""
    source_id: UUID | None = None
    source_label: str = ""

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """By language."""
        return {
            language: {field: str(getattr(self, f"{field}_{language}")).strip()[:_LONGEST_TEXT] for field in FIELDS}
            for language in LANGUAGES
        }


@transaction.atomic
def draft_warning(*, actor: "User", new: NewWarning, now: datetime) -> PublicWarning:
    """A new draft in the name of the author's body."""
    require(actor, DRAFT, new.region_code)
    source = source_of(actor, new.source_kind, new.source_id)
    if source is None and new.source_kind in settings.WARNING_SOURCES:
        raise InvalidInput(_("What this warning is to be drafted from does not exist."))
    warning = PublicWarning(
        region_code=new.region_code,
        organisation_id=actor.organisation_id,
        source_kind=new.source_kind,
        source_id=new.source_id if source else None,
        source_label=source.label[:60] if source else new.source_label.strip()[:60],
        of_drill=source is not None and source.drill,
        author=actor,
        created_at=now,
    )
    _fill(warning, new, now)
    warning.save()
    record_audit(actor, "public_warning.drafted", "public_warning", warning.pk, warning.region_code, _figures(warning))
    tell_draft(warning)
    return warning


@transaction.atomic
def change_draft(*, actor: "User", warning_id: UUID, new: NewWarning, now: datetime) -> PublicWarning:
    """Other words, places or times. One that was handed over comes back to its author's desk: what was read is no longer it."""
    warning = locked_draft(actor, warning_id)
    if new.region_code != warning.region_code:
        raise InvalidInput(_("A draft stays in its region: begin another one."))
    _fill(warning, new, now)
    _reopen(warning)
    warning.author = actor
    warning.save()
    record_audit(actor, "public_warning.changed", "public_warning", warning.pk, warning.region_code, _figures(warning))
    tell_draft(warning)
    return warning


@transaction.atomic
def ask_for_issue(*, actor: "User", warning_id: UUID, now: datetime) -> PublicWarning:
    """Hands a complete draft to whoever may issue it; they are told."""
    warning = locked_draft(actor, warning_id)
    check_times(warning, now)
    check_complete(warning)
    warning.state, warning.asked_at, warning.returned_reason = WarningState.ASKED.value, now, ""
    warning.author = actor
    warning.save()
    record_audit(actor, "public_warning.asked", "public_warning", warning.pk, warning.region_code, _figures(warning))
    tell_draft(warning)
    tell_second(warning, now)
    return warning


@transaction.atomic
def return_draft(*, actor: "User", warning_id: UUID, reason: str, now: datetime) -> PublicWarning:
    """The second person gives it back with a reason; its author is told."""
    visible_warnings(actor).get(pk=warning_id)
    warning = PublicWarning.objects.select_for_update(of=("self",)).select_related("author").get(pk=warning_id)
    require(actor, ISSUE, warning.region_code)
    if warning.state != WarningState.ASKED:
        raise Conflict(_("This warning does not wait for a second person."))
    if not reason.strip():
        raise InvalidInput(_("Say why it goes back."))
    _reopen(warning)
    warning.returned_reason = reason.strip()[:500]
    warning.save()
    details = {**_figures(warning), "reason": warning.returned_reason}
    record_audit(actor, "public_warning.returned", "public_warning", warning.pk, warning.region_code, details)
    tell_draft(warning)
    tell_author(warning, "returned", now)
    return warning


@transaction.atomic
def drop_draft(*, actor: "User", warning_id: UUID, now: datetime) -> PublicWarning:
    """Gives a draft up; it stays in the list."""
    warning = locked_draft(actor, warning_id)
    _reopen(warning)
    warning.state, warning.ended_at = WarningState.DROPPED.value, now
    warning.save()
    record_audit(actor, "public_warning.dropped", "public_warning", warning.pk, warning.region_code, _figures(warning))
    tell_draft(warning)
    return warning


def locked_draft(actor: "User", warning_id: UUID) -> PublicWarning:
    """The draft, locked, for who drafts there; Conflict once it was issued."""
    visible_warnings(actor).get(pk=warning_id)
    warning = PublicWarning.objects.select_for_update(of=("self",)).select_related("author").get(pk=warning_id)
    require(actor, DRAFT, warning.region_code)
    if warning.state not in OPEN:
        raise Conflict(_("What was issued is frozen: update or cancel it."))
    return warning


def _fill(warning: PublicWarning, new: NewWarning, now: datetime) -> None:
    policy = warning_policy(new.region_code)
    if new.kind not in policy.kind:
        raise InvalidInput(_("There is no kind of warning “%(kind)s”.") % {"kind": new.kind})
    warning.kind, warning.level, warning.exercise = new.kind, new.level, new.exercise or warning.of_drill
    if warning.earlier is not None and warning.earlier.exercise != warning.exercise:
        raise InvalidInput(_("An exercise is followed by an exercise, and what is real by what is real."))
    warning.texts = new.texts
    warning.places = as_rows(read_places(new.places, region_code=new.region_code))
    warning.onset_at, warning.expires_at, warning.changed_at = new.onset_at, new.expires_at, now
    check_times(warning, now)


def _reopen(warning: PublicWarning) -> None:
    if warning.state == WarningState.ASKED:
        take_back(warning)
    warning.state, warning.asked_at = WarningState.DRAFT.value, None


def _figures(warning: PublicWarning) -> dict[str, object]:
    return {"kind": warning.kind, "level": warning.level, "exercise": warning.exercise, "type": warning.msg_type}
