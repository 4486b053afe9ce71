"""What browsers hear of doors: in which town of which warning something happened; a page asks for more."""

from typing import Final

from tocsin.mobilisation.public_warnings.rules.states import SEE
from tocsin.mobilisation.rounds.events import DoorsChanged
from tocsin.screens.live.tables import LiveEvents


def round_of(event: DoorsChanged) -> dict[str, object]:
    """The silent town and its warning."""
    return {"warning_id": event.warning_id, "round_id": event.round_id}


LIVE: Final = (LiveEvents(name="doors", kinds=(DoorsChanged,), permission=SEE, tell=round_of),)
