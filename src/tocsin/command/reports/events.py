"""News of reports upward. Consumers may see one twice."""

import msgspec


class ReportAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A report upward is asked for and its clock runs; `duty` is a key of `reports.toml`, `kind` first, follow_up or final."""

    report_id: str
    case_id: str
    duty: str
    kind: str


class ReportSigned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The leader on shift signed a report: what it says is frozen under `digest`."""

    report_id: str
    case_id: str
    digest: str


class ReportSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signed report was handed upward."""

    report_id: str
    case_id: str


OF_CASES = (ReportAsked, ReportSigned, ReportSent)
"""Of these open pages of cases are told that they happened, with the ids of the cases that they name."""
