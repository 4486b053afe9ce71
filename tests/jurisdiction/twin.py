"""The twin of a district: the same rows once more, elsewhere. What a request names must lie here, and never there."""

import json
import re
from typing import Any
from uuid import UUID

from django.core import serializers

from tests.jurisdiction.district import District
from tests.jurisdiction.rows import walked
from tests.jurisdiction.walk import MARK, Ids
from tests.people import LICANG, ZHIFU
from tocsin.base.ids import new_id
from tocsin.jurisdiction.rights.queries import SYSTEM_ID

TWIN = "twinnedone"
"""In the code or name of everything of the twin, where the district has MARK: of the same length."""

COMMON = ("records.auditentry", "sensing.opcuaidentity", "supervision.checklist", "notices.channeltable")
"""What is the whole installation's, or a trail of what was done: it has no twin."""

OTHERWISE: dict[str, dict[str, Any]] = {
    "jurisdiction.apitoken": {"sha256": TWIN},
    "records.policyversion": {"version": TWIN},
    "records.tombstone": {"object_id": "01890000-0000-7000-8000-0000000070b5"},
    "sensing.sensor": {"index": 1000},
    "sensing.transmitter": {"source": "00000000000b"},
    "warning.cover": {"ends_at": "2100-01-01T00:00:00Z"},
}
"""What must be unique and holds no mark."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def make_twin(district: District) -> Ids:
    """Copies all rows of the district to a county of another city; the ids of the copies, by the names of the district's."""
    there = (row for model in walked() if model._meta.label_lower not in COMMON for row in model._base_manager.all())
    rows = [row for row in there if row.pk != SYSTEM_ID]
    owned = {str(row.pk) for row in rows if isinstance(row.pk, UUID)}
    known: dict[str, str] = {}

    def moved(text: str) -> str:
        text = _UUID.sub(lambda found: known.setdefault(found[0], str(new_id())) if found[0] in owned else found[0], text)
        return text.replace(MARK, TWIN).replace(LICANG, ZHIFU).replace(LICANG[:4], ZHIFU[:4])

    copies = json.loads(moved(serializers.serialize("json", rows)))
    for copy in copies:
        copy["fields"] |= OTHERWISE.get(copy["model"], {})
        if isinstance(copy["pk"], int):
            copy["pk"] = None
    for row in serializers.deserialize("json", json.dumps(copies)):
        row.save()
    return Ids({name: moved(str(one)) for name, one in district.ids.items()})
