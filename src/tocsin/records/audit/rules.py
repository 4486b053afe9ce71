"""The chain over audit entries: each carries the hash of itself and of its predecessor, so a changed or missing one shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

GENESIS: Final = "0" * 64
"""What the first entry has for a predecessor."""

DROPPED: Final = "audit.dropped"
"""The act that names the last entry which its age lets go, with its hash: the anchor on which the rest of the chain hangs."""


SLACK: Final = timedelta(minutes=5)
"""Between the moment that an entry is decided on and the moment that it is written."""


class Algorithm(StrEnum):
    """Hash functions of 256 bits. An entry keeps the name of its own, so that a chain may change from one to the other."""

    SHA256 = "sha256"
    SM3 = "sm3"  # GB/T 32905-2016

    def digest(self, data: bytes) -> str:
        """64 hex digits. ValueError where this machine's OpenSSL lacks the function."""
        return hashlib.new(self.value, data).hexdigest()


@dataclass(frozen=True)
class Anchor:
    """What a chain hangs on: its beginning, or the last of the entries that were let go."""

    sequence: int
    hash: str


BEGINNING: Final = Anchor(0, GENESIS)


@dataclass(frozen=True)
class Drop:
    """What an entry `audit.dropped` says of itself. `before`: all that it lets go is older, None where it says none that can be
    read. `boundary`: the last of these is kept as the proof of its age; earlier versions did not.
    """

    sequence: int
    at: datetime
    before: datetime | None
    boundary: bool
    anchor: Anchor


@dataclass(frozen=True)
class Line:
    """What is hashed of one audit entry; `at` is aware, `details` plain JSON."""

    sequence: int
    id: str
    at: datetime
    actor_id: str
    actor_name: str
    action: str
    object_type: str
    object_id: str
    region_code: str
    details: Mapping[str, object]

    def canonical(self) -> bytes:
        """The same bytes on every machine and database: UTC to the microsecond, JSON with sorted keys and no spaces, UTF-8.

        A database may reorder the keys of `details`; the hash must not notice.
        """
        fields = [
            self.sequence,
            self.id,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.actor_id,
            self.actor_name,
            self.action,
            self.object_type,
            self.object_id,
            self.region_code,
            self.details,
        ]
        return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


@dataclass(frozen=True)
class SealedLine:
    """A line with the two hashes stored beside it (64 hex digits each) and the name of their function."""

    line: Line
    previous_hash: str
    hash: str
    algorithm: Algorithm = Algorithm.SHA256


class Fault(StrEnum):
    """What the first broken place of the chain shows."""

    MISSING = "missing"  # the sequence jumps: entries were taken out
    ALTERED = "altered"  # the entry no longer gives its hash
    UNLINKED = "unlinked"  # the entry does not name its predecessor's hash
    EARLY = "early"  # entries were let go that the policy keeps, or whose age nothing proves
    HEAD = "head"  # the chain ends elsewhere than the seal says: the newest entries were taken out


@dataclass(frozen=True)
class ChainReport:
    """Whether the audit trail is whole. `at_sequence` is the first place that isn't; `entries` counts those that were read.

    Entries up to `dropped_through` were let go by their age.
    """

    entries: int
    fault: Fault | None
    at_sequence: int | None
    head_sequence: int
    head_hash: str
    unsealed: int = 0
    dropped_through: int = 0

    @property
    def whole(self) -> bool:
        """True where no entry is missing or altered."""
        return self.fault is None


def seal(line: Line, previous_hash: str, algorithm: Algorithm = Algorithm.SHA256) -> str:
    """The hash over the predecessor's hash and the canonical line, as 64 hex digits."""
    return algorithm.digest(bytes.fromhex(previous_hash) + line.canonical())


def verify(lines: Iterable[SealedLine], *, head_sequence: int, head_hash: str, anchor: Anchor = BEGINNING) -> ChainReport:
    """Reads the chain behind its anchor in order of sequence and stops at its first fault. The head says where it must end."""
    previous, sequence, count = anchor.hash, anchor.sequence, 0
    for sealed in lines:
        count += 1
        fault = _fault(sealed, sequence + 1, previous)
        if fault is not None:
            return ChainReport(count, fault, sealed.line.sequence, head_sequence, head_hash, dropped_through=anchor.sequence)
        previous, sequence = sealed.hash, sealed.line.sequence
    if (sequence, previous) != (head_sequence, head_hash):
        return ChainReport(count, Fault.HEAD, sequence, head_sequence, head_hash, dropped_through=anchor.sequence)
    return ChainReport(count, None, None, head_sequence, head_hash, dropped_through=anchor.sequence)


def let_go_in_time(drop: Drop, boundary: SealedLine | None, *, keep_days: int) -> bool:
    """Whether what was let go was as old as the policy of that day keeps: said by the entry, proved by the last that went.

    Its time is part of its hash, and its hash is what the rest of the chain hangs on; so nobody lets younger ones go without
    writing the rest of the chain anew, which a head that is kept elsewhere shows.
    """
    if drop.before is None or drop.before > drop.at - timedelta(days=keep_days) + SLACK:
        return False
    if boundary is None:
        return not drop.boundary
    sealed = seal(boundary.line, boundary.previous_hash, boundary.algorithm)
    return boundary.line.at < drop.before and (boundary.line.sequence, sealed) == (drop.anchor.sequence, drop.anchor.hash)


def _fault(sealed: SealedLine, expected_sequence: int, previous: str) -> Fault | None:
    if sealed.line.sequence != expected_sequence:
        return Fault.MISSING
    if sealed.previous_hash != previous:
        return Fault.UNLINKED
    if seal(sealed.line, previous, sealed.algorithm) != sealed.hash:
        return Fault.ALTERED
    return None
