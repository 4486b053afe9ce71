"""What reports of the public still need of others, however long ago that was closed."""

from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.rules.states import OPEN


def cases_of_open_reports() -> set[str]:
    """Numbers of the cases of reports that are not closed."""
    waiting = HazardReport.objects.exclude(case_number="").filter(state__in=[one.value for one in OPEN])
    return set(waiting.values_list("case_number", flat=True))


def inspections_of_reports() -> set[str]:
    """Numbers of the inspections that checked a report: the report rests on them."""
    checked = HazardReport.objects.filter(inspection__isnull=False)
    return set(checked.order_by().values_list("inspection__number", flat=True).distinct())
