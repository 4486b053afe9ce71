"""What browsers hear of notices: that something happened to one; a page asks for more."""

from typing import Final

from tocsin.bus.envelope import event_name
from tocsin.notices.messages.events import OF_NOTICES
from tocsin.screens.live.tables import LiveEvents

LIVE: Final = (
    LiveEvents(name="news", kinds=OF_NOTICES, permission="alarms.see", tell=lambda event: {"name": event_name(type(event))}),
)
