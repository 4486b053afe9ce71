"""News of what persons decide about a case. Consumers may see one twice."""

import msgspec


class CaseClosed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Persons signed how a case ended: `outcome` of `command.rules.cases.OutcomeKind`, `code` the cause of a false alarm."""

    case_id: str
    outcome: str
    code: str


class CaseReopened(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A closed case goes on: the same point rang again, or a person opened it."""

    case_id: str


class WarningRaised(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named leader raised a case to a warning of that colour: blue, yellow, orange, red."""

    case_id: str
    declaration_id: str
    colour: str


class IncidentDeclared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named leader declared an incident of that grade: ordinary, larger, serious, particularly_serious."""

    case_id: str
    declaration_id: str
    grade: str


OF_CASES = (CaseClosed, CaseReopened, WarningRaised, IncidentDeclared)
"""Of these open pages of cases are told that they happened, with the ids of the cases that they name."""
