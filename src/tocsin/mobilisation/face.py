"""What other capabilities may use of mobilisation: reports of danger to life, needs for volunteers, doors."""

from tocsin.mobilisation.hazard_reports.queries.dangers import Danger, dangers_without_case
from tocsin.mobilisation.hazard_reports.services.dangers import note_case_of_report
from tocsin.mobilisation.rounds.queries.helped import DoorHelp, helps_without_case
from tocsin.mobilisation.rounds.services.helping import note_case_of_door
from tocsin.mobilisation.volunteers.queries.needs import NeedSubject, needs_of
from tocsin.mobilisation.volunteers.shown.calls import describe_need

__all__ = [
    "Danger",
    "DoorHelp",
    "NeedSubject",
    "dangers_without_case",
    "describe_need",
    "helps_without_case",
    "needs_of",
    "note_case_of_door",
    "note_case_of_report",
]
