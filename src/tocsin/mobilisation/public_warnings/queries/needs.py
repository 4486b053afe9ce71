"""What public warnings still need of others, however long ago that was closed."""

from tocsin.mobilisation.public_warnings.models import PublicWarning
from tocsin.mobilisation.public_warnings.rules.states import OPEN, WarningState


def cases_of_running_warnings() -> set[str]:
    """Numbers of the cases from which a warning was drafted that waits to be issued, or holds."""
    running = PublicWarning.objects.filter(source_kind="case", state__in=[one.value for one in (*OPEN, WarningState.ISSUED)])
    return set(running.values_list("source_label", flat=True))
