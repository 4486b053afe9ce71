"""Who is told of another grade: the firm and whoever supervises it."""

from datetime import date, datetime

from tocsin.hazchem.installations.models import PlantUnit
from tocsin.hazchem.installations.rules.notices import ASSESSMENT, GRADE, OWN_FIRM, SUPERVISES
from tocsin.hazchem.installations.rules.registration import AssessmentState
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.supervision.face import supervisor_of


def tell_of_grade(unit: PlantUnit, *, before: tuple[str, str], now: datetime) -> None:
    """The firm and whoever supervises it hear that a unit has another grade; urgent where it became graver. In the caller's
    transaction.
    """
    figures = {
        "unit": str(unit.pk),
        "name": unit.name,
        "firm": unit.object.name,
        "before": before[0],
        "grade": unit.grade,
        "before_now": before[1],
        "grade_now": unit.grade_now,
        "s": round(unit.s, 4),
        "r": round(unit.r, 4),
    }
    graver = graver_grade(before[0], unit.grade) or graver_grade(before[1], unit.grade_now)
    moment = f"{now:%Y%m%d%H%M%S}"
    directory = Directory(now)
    drafts = [
        Draft(GRADE, why, urgent=graver, key=f"plant-{unit.pk}-grade-{moment}-{why}", organisation=body, figures=figures)
        for why, body in ((OWN_FIRM, unit.object.organisation), (SUPERVISES, supervisor_of(unit.object, now)))
        if body is not None
    ]
    if drafts:
        write_all(drafts, directory)


def tell_of_assessment(unit: PlantUnit, state: AssessmentState, until: date | None, now: datetime) -> None:
    """The firm and whoever supervises it hear that a major hazard is to be assessed, once for each end; over is urgent, and one
    that nobody has assessed yet waits on screens alone. In the caller's transaction.
    """
    figures = {"unit": str(unit.pk), "name": unit.name, "firm": unit.object.name, "grade": unit.grade, "state": str(state)}
    figures["until"] = until.isoformat() if until else ""
    drafts = [
        Draft(
            ASSESSMENT,
            why,
            urgent=state is AssessmentState.OVER,
            key=f"plant-{unit.pk}-assessment-{state}-{figures['until']}-{why}",
            organisation=body,
            figures=figures,
            on_screen=state is AssessmentState.MISSING,
        )
        for why, body in ((OWN_FIRM, unit.object.organisation), (SUPERVISES, supervisor_of(unit.object, now)))
        if body is not None
    ]
    if drafts:
        write_all(drafts, Directory(now))


def graver_grade(before: str, after: str) -> bool:
    """Whether the second grade is the graver one; none is the mildest.

    >>> graver_grade("", "IV"), graver_grade("I", "II")
    (True, False)
    """
    order = ("", "IV", "III", "II", "I")
    return order.index(after) > order.index(before)
