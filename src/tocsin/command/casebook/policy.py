"""The policies of command as frozen values; an unknown or missing key is refused with its name."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import msgspec

from tocsin.base.decoding import convert
from tocsin.base.levels import AlarmLevel, LevelName
from tocsin.base.policy import PolicyFile, reader
from tocsin.command.casebook.rules.clocks import Again, Step
from tocsin.command.casebook.rules.closing_figures import ClosingFigures
from tocsin.command.casebook.rules.gathering_figures import Gathering

FOLDER = Path(__file__).parents[1]  # of the capability
Limits = dict[Step, float]


class GatheringFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`gathering.toml`."""

    gathering: Gathering


class Handling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may do what at which level."""

    closes_itself_up_to: LevelName
    dispatch_from: LevelName
    second_person_from: LevelName
    warning_valid_h: float
    response_expected_h: float
    reopen_within_days: int
    false_alarm_codes: tuple[str, ...]

    @property
    def quiet_level(self) -> AlarmLevel:
        """Up to this level an untouched case ends with its last alarm."""
        return AlarmLevel[self.closes_itself_up_to.upper()]

    @property
    def dispatching_level(self) -> AlarmLevel:
        """From this level on orders go out at once."""
        return AlarmLevel[self.dispatch_from.upper()]

    @property
    def two_person_level(self) -> AlarmLevel:
        """From this level on a false alarm takes two persons."""
        return AlarmLevel[self.second_person_from.upper()]


class Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one closing rule: readings below a share of their limit for so many hours and samples, warmth within some degrees,
    nothing silent for so many of its own intervals.
    """

    share_of_limit: float
    gases: tuple[str, ...]
    calm_for_h: float
    least_samples: int
    within_c: float
    silent_after_intervals: float
    warmth_causes: tuple[str, ...]

    @property
    def figures(self) -> ClosingFigures:
        """As the rules take them."""
        return ClosingFigures(timedelta(hours=self.calm_for_h), self.least_samples, self.within_c, self.silent_after_intervals)

    def calm_below(self, quantity: str, *, limit: float, clear: float) -> float:
        """Below this a value is calm: of a gas a share of its lowest limit, of anything else where its alarm clears."""
        return self.share_of_limit * limit if quantity in self.gases else clear


class CasePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`cases.toml`. A running case keeps the copy it began with."""

    handling: Handling
    closing: Closing
    again: Again
    limits_min: dict[str, Limits]
    sign_min: dict[str, float]

    def limits_of(self, level: AlarmLevel, *, own: str = "") -> Limits:
        """Minutes by step for a case of that level; `own`: of a mere fault of an instrument, or of a firm, whatever its level."""
        return self.limits_min.get(own or level.name.lower(), {})

    def minutes_to_sign(self, level: AlarmLevel, *, own: str = "") -> float:
        """How long a unit may take to sign for an order; the longest of the table for a level that it does not name."""
        name = own or level.name.lower()
        return self.sign_min.get(name, max(self.sign_min.values()))


class Policy(msgspec.Struct, frozen=True):
    """All of it."""

    gathering: Gathering
    cases: CasePolicy


GATHERING = PolicyFile(
    "command.gathering",
    FOLDER / "gathering" / "policy.toml",
    reader(GatheringFile),
    "案件归并",
    "Gathering of alarms into cases",
    regions=True,
)
CASES = PolicyFile(
    "command.cases",
    FOLDER / "casebook" / "policy.toml",
    reader(CasePolicy),
    "案件处置与时限",
    "Handling, clocks and closing of cases",
    regions=True,
)


def policy(region: str = "") -> Policy:
    """The policy in force in a region."""
    return Policy(GATHERING.current(region=region).gathering, CASES.current(region=region))


def policy_of(snapshot: Mapping[str, Mapping[str, object]]) -> CasePolicy:
    """The policy that a case began with, from its row, which names its versions as well; the one in force for a case that has
    none.

    What a newer version asks for and the row lacks is the shipped figure; what it no longer asks for is left out.
    """
    in_force = CASES.current()
    if not snapshot:
        return in_force
    name_of = msgspec.json.encode(snapshot)
    known_for, read = _read.get(name_of, (None, None))
    if read is None or known_for is not in_force:  # many cases, few policies: each is read once
        read = _read_snapshot(snapshot, in_force)
        if len(_read) >= _MOST_READ:
            _read.clear()
        _read[name_of] = (in_force, read)
    return read


def _read_snapshot(snapshot: Mapping[str, Mapping[str, object]], in_force: CasePolicy) -> CasePolicy:
    kept = msgspec.to_builtins(in_force)
    for name, shipped in kept.items():
        known = snapshot.get(name, {})
        kept[name] = {**shipped, **({key: known[key] for key in shipped if key in known} if name in _FIXED else known)}
    return convert(kept, CasePolicy)


_read: dict[bytes, tuple[CasePolicy | None, CasePolicy | None]] = {}  # snapshots, and beside which policy in force each was read
_MOST_READ = 200
_FIXED = ("handling", "closing", "again")  # tables whose keys are fields; in the others keys are data
