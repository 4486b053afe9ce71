"""A unit as the standard cuts it, for pages and programs."""

from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Field, Schema

from tocsin.hazchem.installations.shown.names import GRADE_COLOURS, GRADE_NAMES, UNIT_NAMES
from tocsin.screens.shapes import OnPages

if TYPE_CHECKING:
    from tocsin.hazchem.installations.queries.cutting import UnitCut


class CutUnitOut(Schema):
    """A unit by GB 18218 3.4 and 3.5 with the grade that it has."""

    name: str
    kind: str = Field(description="production or storage")
    kind_name: str
    people: int | None
    equipment: list[str] = Field(description="tags")
    entered: list[str] = Field(description="units that this equipment was entered in")
    entered_ids: list[UUID]
    differs: bool = Field(description="it is not the one unit that was entered")
    unparted: list[str] = Field(description="pipes without an isolating valve that lead out of a storage unit")
    s: float | None = Field(description="by design; null where it can't be graded")
    r: float | None
    grade: str
    grade_name: str
    problem: str
    css: OnPages[str]


def describe_cut(cut: "UnitCut") -> CutUnitOut:
    """One unit of the cut."""
    judged = cut.assessment.design if cut.assessment else None
    grade = judged.grade if judged else ""
    return CutUnitOut(
        name=cut.name,
        kind=cut.kind,
        kind_name=str(UNIT_NAMES[cut.kind]),
        people=cut.people,
        equipment=[one.tag for one in cut.equipment],
        entered=[one.name for one in cut.entered],
        entered_ids=[one.pk for one in cut.entered],
        differs=cut.differs,
        unparted=[str(one) for one in cut.unparted],
        s=float(judged.s) if judged else None,
        r=float(judged.r) if judged else None,
        grade=grade,
        grade_name=str(GRADE_NAMES[grade]) if judged else "",
        problem=str(cut.problem or ""),
        css=GRADE_COLOURS[grade],
    )
