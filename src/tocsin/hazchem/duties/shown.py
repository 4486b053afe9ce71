"""The responsible persons on the page of a firm."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tocsin.hazchem.duties.queries import RATE_DAYS, duties_of, has_major_hazard
from tocsin.screens.clock import current_time
from tocsin.supervision.face import ObjectSection, may_see_people, role_name

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.face import SupervisedObject


@dataclass(frozen=True)
class RoleLine:
    """One role as a row: its name, its people with their telephones where the reader may know them, its checks."""

    name: str
    people: list[tuple[str, str]]
    planned: int
    done: int
    percent: int | None


def section(found: "SupervisedObject", user: "Person") -> dict[str, object] | None:
    """The three roles with what was done; nothing where there is no major hazard."""
    if found.kind not in ("enterprise", "site") or not has_major_hazard(found):
        return None
    known = may_see_people(user, found)
    lines = [
        RoleLine(
            role_name(one.role),
            [(person.name, person.telephone if known else "") for person in one.people],
            one.planned,
            one.done,
            None if one.rate is None else round(100 * one.rate),
        )
        for one in duties_of(found, current_time())
    ]
    return {"lines": lines, "days": RATE_DAYS}


SECTION = ObjectSection("hazard_duties", section, "hazchem/duties/_section.html")
