"""How many are present at firms, by kind."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.hazchem.positions.models import PositionTag
from tocsin.hazchem.positions.queries.tags import gone_before, silent_before
from tocsin.hazchem.positions.rules.tags import PEOPLE, TagKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.supervision.face import SupervisedObject


@dataclass
class Standing:
    """A firm with how many of each kind are present, how many of all are silent, and how many have pressed their button."""

    firm: "SupervisedObject"
    of_kind: dict[TagKind, int] = field(default_factory=lambda: dict.fromkeys(TagKind, 0))
    silent: int = 0
    sos: int = 0

    @property
    def people(self) -> int:
        """People of all kinds."""
        return sum(self.of_kind[one] for one in PEOPLE)

    @property
    def vehicles(self) -> int:
        """Vehicles."""
        return self.of_kind[TagKind.VEHICLE]


def standings(firms: "Sequence[SupervisedObject]", now: datetime) -> list[Standing]:
    """How each firm stands, in their order."""
    present: dict[UUID, list[tuple[str, datetime, bool]]] = defaultdict(list)
    rows = PositionTag.objects.filter(object__in=firms, withdrawn_at__isnull=True, present__at__gte=gone_before(now))
    for firm_id, kind, at, sos in rows.values_list("object", "kind", "present__at", "present__sos"):
        present[firm_id].append((kind, at, sos))
    silent = silent_before(now)
    found = []
    for firm in firms:
        one = Standing(firm)
        for kind, at, sos in present[firm.pk]:
            one.of_kind[TagKind(kind)] += 1
            one.silent += at < silent
            one.sos += sos
        found.append(one)
    return found
