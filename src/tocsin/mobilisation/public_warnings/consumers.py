"""What browsers hear of public warnings that begin to hold or end; a map asks for their areas anew."""

from typing import Final

from tocsin.mobilisation.public_warnings.events import WarningEnded, WarningIssued
from tocsin.mobilisation.public_warnings.rules.states import SEE
from tocsin.screens.live.tables import LiveEvents


def warning_of(event: WarningIssued | WarningEnded) -> dict[str, object]:
    """Which one."""
    return {"warning_id": event.warning_id}


def counties_of(event: WarningIssued | WarningEnded) -> tuple[str, ...]:
    """Where it holds, whoever issued it."""
    return event.counties


LIVE: Final = (
    LiveEvents(name="public_warning", kinds=(WarningIssued, WarningEnded), permission=SEE, tell=warning_of, regions=counties_of),
)
