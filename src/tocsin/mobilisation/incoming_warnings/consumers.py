"""What browsers hear of warnings of other services: one came, changed or is over; a map asks for the areas anew."""

from typing import Final

from tocsin.mobilisation.incoming_warnings.events import WarningReceived
from tocsin.mobilisation.incoming_warnings.rules.states import SEE
from tocsin.screens.live.tables import LiveEvents


def warning_of(event: WarningReceived) -> dict[str, object]:
    """Which one."""
    return {"warning_id": event.warning_id}


def counties_of(event: WarningReceived) -> tuple[str, ...]:
    """Those that it meets."""
    return event.counties


LIVE: Final = (
    LiveEvents(name="incoming_warning", kinds=(WarningReceived,), permission=SEE, tell=warning_of, regions=counties_of),
)
