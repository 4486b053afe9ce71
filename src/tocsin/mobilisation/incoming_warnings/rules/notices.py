"""Names under which people are told of warnings that come in."""

from typing import Final

INCOMING: Final = "incoming_warning"  # purpose of notices, and the kind of act that is signed for
WARNED: Final = "warned"  # purpose: firms, those above whose people do not answer, and what is over
SERVICE: Final = "warning_service"  # purpose: a service is silent, or what it sends is refused
DESK_AS: Final = "warned_desk"
OWNER_AS: Final = "warned_owner"
FIRM_AS: Final = "warned_firm"
SUPERVISES_AS: Final = "warned_supervisor"
KEEPS_AS: Final = "keeps_warning_service"
