"""How alarms were answered and how noisy they were, by rule, by device and by the body that keeps what rings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tocsin.command.quality.queries.spreads import Spread, spread_of
from tocsin.warning.face import AlarmTimes

MOST = 20  # groups of a kind


@dataclass(frozen=True)
class GroupFigures:
    """Alarms of one rule, device or body. `met`: how often their conditions were met, also while an alarm was open."""

    kind: str  # rule, device, body
    key: str
    alarms: int
    met: int
    confirm: Spread
    close: Spread
    newest: AlarmTimes


def groups_of(rows: Iterable[AlarmTimes]) -> list[GroupFigures]:
    """The noisiest groups of each kind first; an alarm without a device or a body is in none of that kind."""
    kept = list(rows)
    kinds: dict[str, Callable[[AlarmTimes], str]] = {
        "rule": lambda row: row.point[1],
        "device": lambda row: row.device,
        "body": lambda row: row.body,
    }
    return [one for kind, key_of in kinds.items() for one in _of_kind(kind, kept, key_of)]


def _of_kind(kind: str, rows: Iterable[AlarmTimes], key_of: Callable[[AlarmTimes], str]) -> list[GroupFigures]:
    groups: dict[str, list[AlarmTimes]] = {}
    for row in rows:
        if key_of(row):
            groups.setdefault(key_of(row), []).append(row)
    found = [_figures(kind, key, own) for key, own in groups.items()]
    return sorted(found, key=lambda one: (-one.met, -one.alarms, one.key))[:MOST]


def _figures(kind: str, key: str, rows: list[AlarmTimes]) -> GroupFigures:
    return GroupFigures(
        kind=kind,
        key=key,
        alarms=len(rows),
        met=sum(len(row.met_ms) for row in rows),
        confirm=spread_of(row.confirmed_ms - row.raised_ms for row in rows if row.confirmed_ms >= 0),
        close=spread_of(row.closed_ms - row.raised_ms for row in rows if row.closed_ms >= 0),
        newest=max(rows, key=lambda row: row.raised_ms),
    )
