"""Who is told of colours and appeals: the firm of its own, whoever supervises it of what its colour asks for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tocsin.jurisdiction.face import bodies_with_duty
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.supervision.objects.queries.supervisors import supervisor_of
from tocsin.supervision.points.queries.ledger import losses_of
from tocsin.supervision.points.queries.rules import rules_for_today
from tocsin.supervision.points.rules import APPEAL, COLOUR, FACT, RED
from tocsin.supervision.posts.rules import COMPETENT, FIRM

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.jurisdiction.face import Organisation
    from tocsin.supervision.objects.models import PointsEvent, SupervisedObject
    from tocsin.supervision.points.models import Appeal, Consequence

WORST_LINES = 3


def tell_colours(rows: Sequence[Any], directory: Directory) -> int:
    """The firms of these ledger rows, each with `was`, the colour before; returns how many were told."""
    drafts = [_colour_draft(row) for row in rows if row.object.organisation is not None]
    return len(write_all(drafts, directory)) if drafts else 0


def tell_supervisors(row: "Consequence", directory: Directory) -> "list[Organisation]":
    """Whoever supervises the object, and the government of its area: what its colour asks for. Returns who is told."""
    found = row.object
    bodies = {one.pk: one for one in [supervisor_of(found, directory.at), *_government(found, directory.at)] if one is not None}
    figures = {**_of(found), "day": row.day.isoformat(), "colour": row.colour, "kind": row.kind}
    key = f"colour-{found.pk}-{row.day}-{row.kind}"
    drafts = [
        Draft(RED, COMPETENT, True, f"{key}-{pk.hex[:12]}", organisation=body, figures=figures) for pk, body in bodies.items()
    ]
    if drafts:
        write_all(drafts, directory)
    return list(bodies.values())


def tell_of_appeal(appeal: "Appeal", *, now: "datetime") -> None:
    """The firm made one: whoever supervises it. It is answered: the firm."""
    found = appeal.object
    answered = appeal.won is not None
    body = found.organisation if answered else supervisor_of(found, now)
    if body is None:
        return
    figures = {
        **_of(found),
        "day": appeal.day.isoformat(),
        "code": appeal.reason_code,
        "text": appeal.text[:300],
        "answer": appeal.answer[:500],
        "won": appeal.won,
        "due": appeal.due_on.isoformat(),
    }
    key = f"appeal-{appeal.pk}-{'answer' if answered else 'made'}"
    write_all([Draft(APPEAL, FIRM if answered else COMPETENT, False, key, organisation=body, figures=figures)], Directory(now))


def tell_fact(event: "PointsEvent", *, now: "datetime") -> None:
    """A fact was entered: the firm."""
    _tell_fact(event, "entered", event.object.organisation, FIRM, event.evidence.get("text", ""), now)


def tell_end_asked(event: "PointsEvent", *, now: "datetime") -> None:
    """The firm asks for its end: whoever supervises it."""
    _tell_fact(event, "asked", supervisor_of(event.object, now), COMPETENT, event.evidence["asked"], now)


def tell_end(event: "PointsEvent", *, now: "datetime") -> None:
    """It has ended: the firm."""
    _tell_fact(event, "ended", event.object.organisation, FIRM, event.evidence.get("end", ""), now)


def _tell_fact(event: "PointsEvent", what: str, body: "Organisation | None", why: str, words: str, now: "datetime") -> None:
    if body is None:
        return
    figures = {
        **_of(event.object),
        "kind": event.kind,
        "what": what,
        "fact": str(event.pk),
        "words": words[:300],
        "day": (event.ended_on or event.began_on).isoformat(),
    }
    key = f"fact-{event.pk}-{what}-{now:%Y%m%d%H%M%S}"
    write_all([Draft(FACT, why, what == "entered", key, organisation=body, figures=figures)], Directory(now))


def _colour_draft(row: Any) -> Draft:
    """One firm: from which colour to which, the lines that took most, and until when it may object."""
    found = row.object
    rules = rules_for_today(found.region_code)
    figures = {
        **_of(found),
        "day": row.day.isoformat(),
        "before": row.was or "grey",
        "after": row.colour,
        "score": row.score,
        "lines": [[code, lost] for code, lost in losses_of(row)[:WORST_LINES]],
        "follows": [one.kind for one in rules.consequence if one.on and row.colour in one.colours and not one.key_units_only],
        "within": rules.appeals.within_working_days,
    }
    urgent = row.colour == "red"
    return Draft(COLOUR, FIRM, urgent, f"colour-{found.pk}-{row.day}", organisation=found.organisation, figures=figures)


def _government(supervised_object: "SupervisedObject", at: "datetime") -> "list[Organisation]":
    return bodies_with_duty(kind="government", trade="", region_code=supervised_object.region_code, at=at)[:1]


def _of(supervised_object: "SupervisedObject") -> dict[str, Any]:
    return {"firm": supervised_object.name, "object": str(supervised_object.pk), "region": supervised_object.region_code}
