"""Notices of warnings that came in: desks and owners sign for theirs, firms have theirs, those above hear of silence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tocsin.mobilisation.incoming_warnings.rules.notices import (
    DESK_AS,
    FIRM_AS,
    INCOMING,
    OWNER_AS,
    SUPERVISES_AS,
    WARNED,
)
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all
from tocsin.notices.messages.rules.subjects import Act

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation
    from tocsin.mobilisation.incoming_warnings.models import IncomingWarning, WarningDemand
    from tocsin.mobilisation.incoming_warnings.policy import WarningMeasure

_AS = {"desk": DESK_AS, "owner": OWNER_AS, "firm": FIRM_AS}


@dataclass(frozen=True)
class Asked:
    """A demand that was just made, or made anew at a higher level."""

    demand: "WarningDemand"
    measure: "WarningMeasure"
    again: bool


def is_urgent(warning: "IncomingWarning") -> bool:
    """Whether its notices are: red and orange."""
    return warning.level in ("red", "orange")


def tell_asked(warning: "IncomingWarning", asked: Iterable[Asked], directory: Directory) -> None:
    """One notice for each, whose key the demand notes; what was told before of the lower level gives way."""
    rows = [one for one in asked if one.demand.organisation is not None]
    if again := [one.demand for one in rows if one.again]:
        _silence(again, directory.at)
    drafts = [_asking(warning, one) for one in rows]
    if drafts:
        write_all(drafts, directory)
    for one, draft in zip(rows, drafts, strict=True):
        one.demand.notice_key = draft.key


def tell_over(warning: "IncomingWarning", demands: "Sequence[WarningDemand]", why: str, directory: Directory) -> None:
    """Over, or over for these: what still asks is silent, and a body that was told hears it once of this change."""
    _silence(demands, directory.at)
    bodies = {one.organisation_id: one for one in demands if one.organisation is not None}
    drafts = [
        Draft(
            WARNED,
            _AS[one.who],
            urgent=False,
            key=f"warned-{warning.pk}-{why}-{one.organisation_id}-{warning.changed_at:%Y%m%d%H%M%S%f}",
            organisation=one.organisation,
            figures=figures_of(warning, why),
        )
        for one in bodies.values()
    ]
    if drafts:
        write_all(drafts, directory)


def late_draft(warning: "IncomingWarning", body: "Organisation", late: "Sequence[WarningDemand]", now: datetime) -> Draft:
    """What the body above reads: how many have not answered in time, and the first of them by name."""
    names = [str(one.object or one.organisation) for one in late]
    figures = {**figures_of(warning, "late"), "count": len(late), "names": names[:5]}
    key = f"warned-{warning.pk}-late-{body.pk}-{now:%Y%m%d%H%M%S}"
    return Draft(WARNED, SUPERVISES_AS, urgent=is_urgent(warning), key=key, organisation=body, figures=figures)


def figures_of(warning: "IncomingWarning", what: str) -> dict[str, Any]:
    """What a notice says of it."""
    return {
        "what": what,
        "warning": str(warning.pk),
        "service": warning.service.name,
        "level": warning.level,
        "unsigned": warning.unsigned,
        "headline": {language: texts.get("headline", "") for language, texts in warning.texts.items()},
        "until": warning.expires_at.isoformat(),
    }


def _asking(warning: "IncomingWarning", one: Asked) -> Draft:
    demand, urgent = one.demand, is_urgent(warning)
    figures = {
        **figures_of(warning, demand.who),
        "do": {"zh": one.measure.zh, "en": one.measure.en},
        "due": demand.due_at.isoformat(),
        "exposed": demand.exposed,
        "firm": str(demand.object) if demand.object_id else "",
    }
    key = f"warned-{demand.pk}-{demand.level}-{demand.asked_at:%Y%m%d%H%M%S}"
    if demand.who == "firm":
        return Draft(WARNED, FIRM_AS, urgent=urgent, key=key, organisation=demand.organisation, figures=figures)
    act = Act(INCOMING, demand.pk, str(warning)[:40], demand.organisation_id)
    why = _AS[demand.who]
    return Draft(
        INCOMING, why, urgent=urgent, key=key, organisation=demand.organisation, act=act, figures=figures, deadline=demand.due_at
    )


def _silence(demands: "Sequence[WarningDemand]", now: datetime) -> None:
    """What was written to them, and what went upward in its place: each looked up by an index of its own."""
    keys = [one.notice_key for one in demands if one.notice_key]
    ids = list(Notice.objects.filter(key__in=keys).values_list("pk", flat=True)) if keys else []
    ids += Notice.objects.filter(instead_of__in=ids).values_list("pk", flat=True) if ids else []
    if ids:
        supersede(Notice.objects.filter(pk__in=ids), now=now)
