"""One EDXL-RM message as frozen values: what of the standard supplies speak of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

MESSAGE: Final = "urn:oasis:names:tc:emergency:EDXL:RM:1.0:msg"
ELEMENTS: Final = "urn:oasis:names:tc:emergency:EDXL:RM:1.0"
GML: Final = "http://www.opengis.net/gml"
UNITS: Final = "urn:tocsin:supplies:units"  # the list of values that our units of count come from
ITEMS: Final = "urn:tocsin:supplies:items"  # and our items, by their local codes


class ContentType(StrEnum):
    """The messages of EDXL-RM that supplies write and read; the name of the root element."""

    REQUEST = "RequestResource"
    RESPONSE = "ResponseToRequestResource"
    REQUISITION = "RequisitionResource"
    COMMIT = "CommitResource"
    RELEASE = "ReleaseResource"
    REQUEST_RETURN = "RequestReturn"
    RESPONSE_RETURN = "ResponseToRequestReturn"
    STATUS = "ReportResourceDeploymentStatus"


class Answer(StrEnum):
    """How a response stands to what was asked (ResponseType)."""

    ACCEPT = "Accept"
    DECLINE = "Decline"
    PROVISIONAL = "Provisional"


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When and where something happens with a resource: RequestedArrival, EstimatedArrival, ActualArrival, RequestedReturn …"""

    kind: str
    at: datetime | None = None
    place: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, kw_only=True)
class ResourceInformation:
    """One kind of goods in a message. `code`: the local code of an item, where the sender knows it."""

    number: str
    name: str
    code: str = ""
    amount: float | None = None
    unit: str = ""
    answer: Answer | None = None
    reason: str = ""
    status: str = ""  # deployment status
    schedules: tuple[Schedule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ResourceMessage:
    """A whole message. `originating`: the request that began it all; `preceding`: the one that is answered."""

    kind: ContentType
    id: str
    sent: datetime
    description: str = ""
    originating: str = ""
    preceding: str = ""
    incident: str = ""
    contact: str = ""
    telephone: str = ""
    resources: tuple[ResourceInformation, ...] = ()
