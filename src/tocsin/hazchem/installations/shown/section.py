"""Units of a firm on the page of its object."""

from typing import TYPE_CHECKING

from tocsin.hazchem.installations.queries.units import may_keep, visible_units
from tocsin.hazchem.installations.shown.units import describe_unit
from tocsin.supervision.face import ObjectSection

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.face import SupervisedObject


def section(found: "SupervisedObject", user: "Person") -> dict[str, object] | None:
    """What the object's page shows of its units; nothing for who may neither see nor enter any."""
    units = [describe_unit(one) for one in visible_units(user).filter(object=found).order_by("-r", "name")[:50]]
    may_enter = found.kind in ("enterprise", "site") and may_keep(user, found)
    return {"units": units, "may_enter": may_enter, "object_id": found.pk} if units or may_enter else None


SECTION = ObjectSection("plants", section, "hazchem/installations/_section.html")
