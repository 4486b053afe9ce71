"""What a person decided on is kept as it was then: figures, votes, orders and curve. Nothing moves it afterwards."""

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from tocsin.base.errors import Unavailable
from tocsin.supervision.work.queries.power import power_curve

if TYPE_CHECKING:
    from tocsin.supervision.work.models import Episode

log = logging.getLogger(__name__)
MOST_DAYS = 14  # of the curve that is kept


def keep_as_decided(episode: "Episode", *, now: datetime) -> None:
    """Writes `kept`; call it in the transaction of the decision. Without the history the rest is kept, and the log tells."""
    verdict = getattr(episode.object, "work_verdict", None)
    orders = episode.object.stop_orders.order_by("first", "number")
    episode.end_at = episode.end_at or now
    episode.kept = {
        "at": now.isoformat(),
        "start": episode.start_at.isoformat(),
        "end": episode.end_at.isoformat(),
        "probability": episode.probability,
        "why": episode.why,
        "p_working": verdict.p_working if verdict else None,
        "votes": verdict.votes if verdict else [],
        "conflict": verdict.conflict if verdict else [],
        "missing": verdict.missing if verdict else [],
        "orders": [
            {
                "number": one.number,
                "kind": one.kind,
                "scope": one.scope,
                "first": one.first.isoformat(),
                "last": one.last.isoformat() if one.last else "",
                "served_at": one.served_at.isoformat() if one.served_at else "",
                "resumed_at": one.resumed_at.isoformat() if one.resumed_at else "",
            }
            for one in orders
        ],
        "curve": _curve(episode, now),
    }
    episode.save(update_fields=["end_at", "kept"])


def _curve(episode: "Episode", now: datetime) -> dict[str, list[float | None] | list[int]]:
    first = timezone.localtime(episode.start_at).date() - timedelta(days=1)
    last = timezone.localtime(episode.end_at or now).date() + timedelta(days=1)
    try:
        curve = power_curve(episode.object, first, min((last - first).days + 1, MOST_DAYS), now=now)
    except (Unavailable, ValueError):
        log.warning("episode %s: its curve can't be read and is not kept", episode.pk)
        return {}
    columns = {"total_kw": curve.total_kw, "process_kw": curve.process_kw, "expected_kw": curve.expected_kw}
    return {
        "ts": curve.ts.tolist(),
        **{name: [None if one != one else round(one, 2) for one in column.tolist()] for name, column in columns.items()},
    }
