"""Which works must not go on beside each other, found before anybody approves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from tocsin.base.geometry import distance_m
from tocsin.hazchem.permits.rules.kinds import BlindAction, Emission, Metres, PermitKind


class Distances(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Metres between works. `together`: nearer than that two works have a joint approval."""

    liquid_discharge: Metres
    gas_venting: Metres
    solvent: Metres
    together: Metres
    camera: Metres
    alarm: Metres

    def of(self, emission: Emission) -> float:
        """How far fire stays away."""
        return float(getattr(self, emission.value))


@dataclass(frozen=True, kw_only=True)
class SiteWork:
    """A work at its place and time. `emits`: what it lets out; `isolations`: tags of valves and switches it relies on; `blinds`:
    plates that must be in place; `blind`: the plate that is worked at, of a blind plate permit; `done`: that work is finished.
    """

    id: UUID
    kind: PermitKind
    begins: datetime
    ends: datetime
    lon: float | None = None
    lat: float | None = None
    emits: frozenset[Emission] = frozenset()
    isolations: frozenset[str] = frozenset()
    blinds: frozenset[str] = frozenset()
    blind: str = ""
    action: BlindAction | None = None
    done: bool = False
    done_at: datetime | None = None


class ConflictKind(StrEnum):
    """What stands between two works."""

    DISCHARGE = "discharge"  # fire beside what a work lets out
    BLIND_REMOVED = "blind_removed"  # a plate is taken out on which another relies
    BLIND_MISSING = "blind_missing"  # no finished permit has set the plate
    LOADING = "loading"  # fire beside a loading arm
    NEAR = "near"
    SHARED_ISOLATION = "shared_isolation"


FORBIDS = frozenset({ConflictKind.DISCHARGE, ConflictKind.BLIND_REMOVED, ConflictKind.BLIND_MISSING})


@dataclass(frozen=True)
class WorkConflict:
    """Something between a work and another (None: nobody's), by distance in metres or by a tag. One that does not forbid asks the
    approver to accept both knowingly.
    """

    kind: ConflictKind
    other: UUID | None = None
    metres: float | None = None
    tag: str = ""
    emission: Emission | None = None

    @property
    def forbids(self) -> bool:
        """Whether nobody may approve so."""
        return self.kind in FORBIDS


@dataclass(frozen=True)
class LoadingPlace:
    """A loading arm."""

    tag: str
    lon: float
    lat: float


def conflicts_of(
    work: SiteWork, others: Iterable[SiteWork], loading: Iterable[LoadingPlace], distances: Distances
) -> tuple[WorkConflict, ...]:
    """All that stands between a work and the others that overlap it in time, those that forbid first.

    A plate that the work relies on was set by a finished permit, and not taken out by a later one.
    """
    rows = [one for one in others if one.id != work.id]
    found = [
        WorkConflict(ConflictKind.BLIND_MISSING, tag=tag)
        for tag in sorted(work.blinds)
        if not _is_set(tag, rows, before=work.begins)
    ]
    for other in rows:
        if not other.done and work.begins < other.ends and other.begins < work.ends:
            found += _between(work, other, distances)
    if work.kind is PermitKind.HOT_WORK and work.lon is not None and work.lat is not None:
        for arm in loading:
            metres = distance_m(work.lon, work.lat, arm.lon, arm.lat)
            if metres < distances.liquid_discharge:
                found.append(WorkConflict(ConflictKind.LOADING, metres=round(metres, 1), tag=arm.tag))
    return tuple(sorted(found, key=lambda one: not one.forbids))


def _between(work: SiteWork, other: SiteWork, distances: Distances) -> Iterable[WorkConflict]:
    metres = None
    if None not in (work.lon, work.lat, other.lon, other.lat):
        metres = round(distance_m(work.lon or 0.0, work.lat or 0.0, other.lon or 0.0, other.lat or 0.0), 1)
    if metres is not None:
        for fire, source in ((work, other), (other, work)):
            if fire.kind is PermitKind.HOT_WORK:
                for emission in sorted(source.emits):
                    if metres < distances.of(emission):
                        yield WorkConflict(ConflictKind.DISCHARGE, other.id, metres, emission=emission)
        if metres < distances.together:
            yield WorkConflict(ConflictKind.NEAR, other.id, metres)
    for one, removing in ((work, other), (other, work)):
        if removing.action is BlindAction.REMOVE and removing.blind in one.blinds:
            yield WorkConflict(ConflictKind.BLIND_REMOVED, other.id, tag=removing.blind)
    for tag in sorted(work.isolations & other.isolations):
        yield WorkConflict(ConflictKind.SHARED_ISOLATION, other.id, tag=tag)


def _is_set(tag: str, rows: Iterable[SiteWork], *, before: datetime) -> bool:
    done = [one for one in rows if one.done and one.blind == tag and one.done_at is not None]
    newest = max(done, key=lambda one: one.done_at or before, default=None)
    return newest is not None and newest.action is BlindAction.INSERT
