"""Permits of a firm that are not over, on the page of its object."""

from typing import TYPE_CHECKING

from tocsin.hazchem.installations.queries.units import may_keep
from tocsin.hazchem.permits.queries.permits import search_permits
from tocsin.hazchem.permits.shown.permits import describe_permit
from tocsin.supervision.face import ObjectSection

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.face import SupervisedObject

MOST = 20


def section(found: "SupervisedObject", user: "Person") -> dict[str, object] | None:
    """What the object's page shows of its permits; nothing where there is none, for who may not apply."""
    rows = [describe_permit(one) for one in search_permits(user, which="open").filter(object=found)[:MOST]]
    may_apply = found.kind in ("enterprise", "site") and may_keep(user, found)
    return {"permits": rows, "may_apply": may_apply, "object_id": found.pk} if rows or may_apply else None


SECTION = ObjectSection("work_permits", section, "hazchem/permits/_section.html")
