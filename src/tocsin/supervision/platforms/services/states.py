"""How platforms fare is written down: what they brought, when, of whom, and what could not be taken."""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import transaction
from django.db.models import F

from tocsin.base.storable import storable
from tocsin.federation.rules.outcomes import Reason
from tocsin.supervision.evidence.services import Taken
from tocsin.supervision.platforms.models import Connector, ConnectorFirm, ConnectorHour
from tocsin.supervision.platforms.policy import Platform, usual_lateness

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

log = logging.getLogger(__name__)

TOLD = 20  # of the newest refused rows
_BATCH = 500


@dataclass(frozen=True)
class Joined:
    """Who a platform is."""

    name: str
    region_code: str
    way: str
    kind: str
    platform: str
    level: str

    @classmethod
    def by_settings(cls, name: str, platform: Platform) -> "Joined":
        """A platform of `platforms.toml`."""
        return cls(name, platform.region, platform.way, platform.kind, platform.platform, platform.level)

    @classmethod
    def by_pushing(cls, *, region_code: str, platform: str, level: str) -> "Joined":
        """A platform that needs no settings: it pushes."""
        return cls(f"push:{region_code}:{platform}:{level}", region_code, "push", "evidence", platform, level)


def state_of(joined: Joined, *, now: datetime) -> Connector:
    """Its row, made where it has none, and kept to the settings."""
    fields = {name: value for name, value in vars(joined).items() if name != "name"}
    state, created = Connector.objects.get_or_create(name=joined.name, defaults={**fields, "joined_at": now})
    if not created and any(getattr(state, name) != value for name, value in fields.items()):
        Connector.objects.filter(name=joined.name).update(**fields)
        state.refresh_from_db()
    return state


@transaction.atomic
def note_taken(joined: Joined, result: Taken, rows: "Sequence[Mapping[str, Any]]", *, now: datetime) -> None:
    """A batch was read: `rows` as the platform wrote them, in the order of the positions in `result`."""
    state_of(joined, now=now)
    state = Connector.objects.select_for_update().get(name=joined.name)
    state.last_tried_at = state.last_done_at = now
    state.last_error = {}
    state.taken += result.taken
    state.known += result.known
    state.refused += len(result.refused)
    if result.taken:
        state.last_good_at = now
        stamps = [*result.firms.values(), *filter(None, [state.newest_at, result.newest])]
        state.newest_at = max(stamps, default=None)
    if result.refused:
        told = {one["row"] for one in state.last_refused}
        fresh = [
            {"row": _written(rows[position]), "at": now.isoformat(), **told_of(reason)}
            for position, reason in sorted(result.refused, key=lambda one: one[0])[:TOLD]
            if _written(rows[position]) not in told  # a page that comes again is told once
        ]
        state.last_refused = [*fresh, *state.last_refused][:TOLD]
    state.save()
    _count(state, result, now)
    _keep_firms(state, result)


def note_failed(joined: Joined, reason: Reason, *, now: datetime) -> Taken:
    """Nothing could be read, and why; what was read before stays as it was."""
    state_of(joined, now=now)
    Connector.objects.filter(name=joined.name).update(last_tried_at=now, last_error=told_of(reason))
    log.warning("platform %s: %s", joined.name, reason)
    return Taken()


def _written(row: "Mapping[str, Any]") -> str:
    try:
        return str(storable(json.dumps(dict(row), ensure_ascii=False, default=str)[:300]))
    except RecursionError:
        return ", ".join(map(str, row))[:300]


class KeptReason(TypedDict):
    """A reason as a row keeps it."""

    template: str
    figures: dict[str, str]


def told_of(reason: Reason) -> KeptReason:
    """A reason as it is kept: the sentence is made in the reader's language."""
    return {
        "template": reason.template,
        "figures": {name: str(storable(str(value)[:300])) for name, value in reason.figures.items()},
    }


def _count(state: Connector, result: Taken, now: datetime) -> None:
    figures = {"taken": result.taken, "known": result.known, "refused": len(result.refused)}
    if not any(figures.values()):
        return
    hour = now.replace(minute=0, second=0, microsecond=0)
    row, _created = ConnectorHour.objects.get_or_create(connector=state, hour=hour)
    ConnectorHour.objects.filter(pk=row.pk).update(**{name: F(name) + figure for name, figure in figures.items()})
    ConnectorHour.objects.filter(connector=state, hour__lt=now - timedelta(days=usual_lateness().tally_days)).delete()


def _keep_firms(state: Connector, result: Taken) -> None:
    known = dict(ConnectorFirm.objects.filter(connector=state, object__in=result.firms).values_list("object_id", "newest_at"))
    newer = [
        ConnectorFirm(connector=state, object_id=firm_id, newest_at=at)
        for firm_id, at in result.firms.items()
        if firm_id not in known or known[firm_id] < at
    ]
    ConnectorFirm.objects.bulk_create(
        newer,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["connector", "object"],
        update_fields=["newest_at"],
    )
