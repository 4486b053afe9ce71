"""A firm's risks by colour, on the page of its object."""

from collections import Counter
from typing import TYPE_CHECKING

from tocsin.hazchem.installations.queries.units import may_keep
from tocsin.hazchem.prevention.queries.ledger import visible_events
from tocsin.hazchem.prevention.rules.kinds import RiskColour
from tocsin.hazchem.prevention.shown.names import COLOUR_NAMES
from tocsin.supervision.face import ObjectSection

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.face import SupervisedObject


def section(found: "SupervisedObject", user: "Person") -> dict[str, object] | None:
    """How many events of each colour the ledger has; nothing where there is none, for who may not keep it."""
    counted = Counter(visible_events(user).filter(object=found).order_by().values_list("colour", flat=True))
    may_enter = found.kind in ("enterprise", "site") and may_keep(user, found)
    if not counted and not may_enter:
        return None
    colours = [(colour.value, str(COLOUR_NAMES[colour]), counted[colour]) for colour in RiskColour]
    return {"colours": colours, "any": bool(counted), "may_enter": may_enter, "object_id": found.pk}


SECTION = ObjectSection("risk_ledger", section, "hazchem/prevention/_section.html")
