"""What other capabilities may use of mobilisation: reports of danger to life, which the duty desk has as cases."""

from tocsin.mobilisation.hazard_reports.queries.dangers import Danger, dangers_without_case
from tocsin.mobilisation.hazard_reports.services.dangers import note_case_of_report

__all__ = ["Danger", "dangers_without_case", "note_case_of_report"]
