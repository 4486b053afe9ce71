"""What other capabilities may use of mobilisation: warnings, reports of danger to life, needs for volunteers, doors."""

from tocsin.mobilisation.hazard_reports.policy.reports import kind_name as report_kind_name
from tocsin.mobilisation.hazard_reports.queries.dangers import Danger, dangers_without_case
from tocsin.mobilisation.hazard_reports.services.dangers import note_case_of_report, tell_case_closed
from tocsin.mobilisation.incoming_warnings.queries.incoming import incoming_touching
from tocsin.mobilisation.incoming_warnings.shown.incoming import IncomingWarningOut, describe_incoming
from tocsin.mobilisation.public_warnings.queries.warnings import warnings_from
from tocsin.mobilisation.public_warnings.shown.exposed import area_of_warning
from tocsin.mobilisation.public_warnings.shown.of_source import (
    SourceWarningOut,
    describe_warnings_of_source,
    lines_of_warnings,
)
from tocsin.mobilisation.rounds.queries.helped import DoorHelp, helps_without_case
from tocsin.mobilisation.rounds.services.helping import note_case_of_door
from tocsin.mobilisation.volunteers.queries.needs import NeedSubject, needs_of
from tocsin.mobilisation.volunteers.shown.calls import describe_need

__all__ = [
    "Danger",
    "DoorHelp",
    "IncomingWarningOut",
    "NeedSubject",
    "SourceWarningOut",
    "area_of_warning",
    "dangers_without_case",
    "describe_incoming",
    "describe_need",
    "describe_warnings_of_source",
    "helps_without_case",
    "incoming_touching",
    "lines_of_warnings",
    "needs_of",
    "note_case_of_door",
    "note_case_of_report",
    "report_kind_name",
    "tell_case_closed",
    "warnings_from",
]
