"""Whoever is concerned by an inspection or a hidden danger is told: the firm, its inspectors, who decides."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tocsin.notices.face import Directory, Draft, Notice, silence, write_all
from tocsin.supervision.inspections.rules.findings import FindingGrade
from tocsin.supervision.inspections.rules.telling import DANGER, DECISION, INSPECTION, INSPECTOR, Matter
from tocsin.supervision.objects.queries.supervisors import supervisor_of
from tocsin.supervision.posts.rules import COMPETENT, FIRM

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.supervision.inspections.models import Finding, Inspection
    from tocsin.supervision.objects.models import SupervisedObject


def tell_firm(
    finding: "Finding", matter: Matter, *, now: datetime, urgent: bool = False, stamp: str = "", **figures: object
) -> None:
    """The firm, about one hidden danger; once for each version of it, or for each `stamp`."""
    key = f"danger-{finding.pk}-{matter}-{stamp or finding.version}"
    _tell_firm(finding.object, key, matter, now, urgent=urgent, figures={**_about(finding), **figures})


def tell_order(inspection: "Inspection", findings: "list[Finding]", *, number: str, now: datetime) -> None:
    """The firm, about everything that an inspection found, by the number of the order; or that nothing was found."""
    figures = {
        **_of_inspection(inspection),
        "number": number,
        "count": len(findings),
        "until": min((one.due_on.isoformat() for one in findings), default=""),
        "serves": [str(one.pk) for one in findings],
        "finding": str(findings[0].pk) if len(findings) == 1 else "",
    }
    matter = Matter.ORDERED if findings else Matter.NOTHING_FOUND
    urgent = any(one.grade == FindingGrade.MAJOR for one in findings)
    _tell_firm(inspection.object, f"inspection-{inspection.pk}-{matter}", matter, now, urgent=urgent, figures=figures)


def tell_penalty(supervised_object: "SupervisedObject", finding: "Finding | None", *, number: str, now: datetime) -> None:
    """The firm, about a penalty that was decided and the paper that says so."""
    about = _about(finding) if finding is not None else _of_object(supervised_object)
    _tell_firm(
        supervised_object, f"penalty-{number}"[:120], Matter.PENALTY, now, urgent=True, figures={**about, "document": number}
    )


def tell_decider(finding: "Finding", matter: Matter, *, now: datetime, urgent: bool = False, **figures: object) -> None:
    """The body that supervises the firm, about what waits for its decision."""
    body = supervisor_of(finding.object, now)
    if body is not None:
        key = f"danger-{finding.pk}-{matter}-{finding.version}"
        told = {**_about(finding), **figures, "matter": matter.value}
        write_all([Draft(DECISION, COMPETENT, urgent, key, organisation=body, figures=told)], Directory(now))


def tell_inspectors(finding: "Finding", matter: Matter, *, now: datetime, urgent: bool = False, stamp: str = "") -> None:
    """The two inspectors of the visit in which it was found, else the body that supervises the firm."""
    inspection = finding.inspection
    people = [inspection.first_inspector, inspection.second_inspector] if inspection is not None else []
    key, told = f"danger-{finding.pk}-{matter}-{stamp or finding.version}", _about(finding)
    if any(people):
        _tell_people(people, key, matter, now, told, urgent=urgent)
    elif (body := supervisor_of(finding.object, now)) is not None:
        draft = Draft(INSPECTION, COMPETENT, urgent, key, organisation=body, figures={**told, "matter": matter.value})
        write_all([draft], Directory(now))


def tell_colleagues(
    inspection: "Inspection",
    people: "Iterable[User | None]",
    matter: Matter,
    *,
    now: datetime,
    stamp: str = "",
    **figures: object,
) -> None:
    """Inspectors of a visit about the visit itself; once for each version of it, or for each `stamp`."""
    key = f"inspection-{inspection.pk}-{matter}-{stamp or inspection.version}"
    _tell_people(people, key, matter, now, {**_of_inspection(inspection), **figures}, urgent=False)


def end_notices(finding: "Finding", matters: Iterable[Matter], now: datetime) -> None:
    """What was told of these matters waits for nobody any more."""
    for matter in matters:
        silence(Notice.objects.filter(key__startswith=f"danger-{finding.pk}-{matter}-"), now)


def end_of_visit(inspection: "Inspection", matters: Iterable[Matter], now: datetime) -> None:
    """The same of a visit's own notices."""
    for matter in matters:
        silence(Notice.objects.filter(key__startswith=f"inspection-{inspection.pk}-{matter}-"), now)


def _tell_firm(
    supervised_object: "SupervisedObject", key: str, matter: Matter, now: datetime, *, urgent: bool, figures: dict[str, Any]
) -> None:
    if supervised_object.organisation is None:
        return  # nobody of the firm has an account: the order is served by hand, of which the inspectors are told
    told = {**figures, "matter": matter.value}
    draft = Draft(DANGER, FIRM, urgent, key, organisation=supervised_object.organisation, figures=told)
    write_all([draft], Directory(now))


def _tell_people(
    people: "Iterable[User | None]", key: str, matter: Matter, now: datetime, figures: dict[str, Any], *, urgent: bool
) -> None:
    told = {**figures, "matter": matter.value}
    drafts = [
        Draft(INSPECTION, INSPECTOR, urgent, f"{key}-{number}", person=one, figures=told)
        for number, one in enumerate(people)
        if one is not None and one.is_active
    ]
    if drafts:
        write_all(drafts, Directory(now))


def _about(finding: "Finding") -> dict[str, Any]:
    return {
        **_of_object(finding.object),
        "finding": str(finding.pk),
        "number": finding.number,
        "grade": finding.grade,
        "text": finding.text[:200],
        "until": finding.due_on.isoformat(),
        "serves": [str(finding.pk)] if finding.unserved else [],
    }


def _of_inspection(inspection: "Inspection") -> dict[str, Any]:
    day = inspection.planned_for.isoformat() if inspection.planned_for else ""
    return {**_of_object(inspection.object), "inspection": str(inspection.pk), "visit": inspection.number, "day": day}


def _of_object(supervised_object: "SupervisedObject") -> dict[str, Any]:
    return {"firm": supervised_object.name, "object": str(supervised_object.pk)}
