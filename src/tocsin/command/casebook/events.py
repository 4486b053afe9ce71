"""News of a case and of its alarms. Consumers may see one twice."""

import msgspec


class CaseOpened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case has its number. `cause` is the likeliest one of its first alarm, empty where that is not known."""

    case_id: str
    number: str
    alarm_id: str
    level: int
    cause: str


class AlarmJoinedCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An alarm was put into a case, for a reason of `command.rules.Reason`."""

    case_id: str
    alarm_id: str
    reason: str


class CasesMerged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All alarms of one case went into another; its number stays as another name of that."""

    case_id: str
    merged_case_id: str
    by_machine: bool


class CaseSplit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Alarms of a case went into a case of their own."""

    case_id: str
    new_case_id: str
    alarm_ids: list[str]
    by_machine: bool


class CaseChangeUndone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A merge, split or move was taken back."""

    case_id: str
    change_id: str


class CaseChanged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A case has another state or level."""

    case_id: str
    state: str
    level: int


class CaseNoted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line was added to the time line of a case by other than the machine that gathers; `act` says what."""

    case_id: str
    act: str


class CaseProposed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The machine would put alarms of one case into another, and asks: a person is at work there."""

    case_id: str
    other_case_id: str
    proposal_id: str


OF_CASES = (CaseOpened, AlarmJoinedCase, CasesMerged, CaseSplit, CaseChangeUndone, CaseChanged, CaseProposed, CaseNoted)
"""Of these open pages of cases are told that they happened, with the ids of the cases that they name."""
