"""A warning of another service in words, its messages, its area; a service with its freshness."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from ninja import Field, Schema

from tocsin.base.reasons import told
from tocsin.jurisdiction.face import names_of_towns
from tocsin.mobilisation.incoming_warnings.rules.areas import COUNTY_DIGITS
from tocsin.mobilisation.incoming_warnings.rules.states import CHANGED, CLOCK, NO_PLACE, UNSIGNED, IncomingState, MessageState
from tocsin.mobilisation.public_warnings.rules.cap.checking import Verdict
from tocsin.mobilisation.public_warnings.shown.warnings import LEVEL_NAMES, kind_name, until_words
from tocsin.screens.geojson import Feature, Features, Geometry, drawn, features

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tocsin.mobilisation.incoming_warnings.models import IncomingMessage, IncomingWarning, WarningService

KIND_NAMES: Final[dict[str, Promise]] = {
    "weather": pgettext_lazy("kind of a warning service", "weather service"),
    "quake": pgettext_lazy("kind of a warning service", "earthquake service"),
    "flood": pgettext_lazy("kind of a warning service", "flood service"),
    "mine": pgettext_lazy("kind of a warning service", "mine safety"),
    "city": pgettext_lazy("kind of a warning service", "another city"),
    "other": pgettext_lazy("kind of a warning service", "other service"),
}
WAY_NAMES: Final[dict[str, Promise]] = {
    "pull": pgettext_lazy("way of a warning service", "is asked at its feed"),
    "push": pgettext_lazy("way of a warning service", "pushes by itself"),
}
STATE_NAMES: Final[dict[str, Promise]] = {
    IncomingState.IN_FORCE: pgettext_lazy("incoming warning", "in force"),
    IncomingState.CANCELLED: pgettext_lazy("incoming warning", "cancelled by its sender"),
    IncomingState.EXPIRED: pgettext_lazy("incoming warning", "expired"),
}
MESSAGE_STATE_NAMES: Final[dict[str, Promise]] = {
    MessageState.TAKEN: pgettext_lazy("incoming message", "taken in"),
    MessageState.SET_ASIDE: pgettext_lazy("incoming message", "set aside"),
    MessageState.QUARANTINED: pgettext_lazy("incoming message", "refused"),
}
VERDICT_NAMES: Final[dict[str, Promise]] = {
    Verdict.VALID: pgettext_lazy("verdict on a message", "valid"),
    Verdict.UNREADABLE: pgettext_lazy("verdict on a message", "unreadable"),
    Verdict.SCHEMA: pgettext_lazy("verdict on a message", "not CAP 1.2"),
    Verdict.WRAPPED: pgettext_lazy("verdict on a message", "wrapped or doubled"),
    UNSIGNED: pgettext_lazy("verdict on a message", "unsigned"),
    Verdict.DIGEST: pgettext_lazy("verdict on a message", "changed behind its signature"),
    Verdict.SIGNATURE: pgettext_lazy("verdict on a message", "signature does not hold"),
    Verdict.EXPIRED: pgettext_lazy("verdict on a message", "certificate expired"),
    Verdict.NOT_YET_VALID: pgettext_lazy("verdict on a message", "certificate not yet valid"),
    Verdict.UNTRUSTED: pgettext_lazy("verdict on a message", "untrusted"),
    Verdict.NONSENSE: pgettext_lazy("verdict on a message", "contradicts itself"),
    CLOCK: pgettext_lazy("verdict on a message", "clock is wrong"),
    NO_PLACE: pgettext_lazy("verdict on a message", "nowhere that is known"),
    CHANGED: pgettext_lazy("verdict on a message", "other bytes under a known name"),
}
TYPE_NAMES: Final[dict[str, Promise]] = {
    "Alert": pgettext_lazy("type of a public warning", "warning"),
    "Update": pgettext_lazy("type of a public warning", "update"),
    "Cancel": pgettext_lazy("type of a public warning", "all clear"),
}


class IncomingTextsOut(Schema):
    """What the sender says, in the reader's language where it was sent in it."""

    headline: str
    caution: str
    measures: str
    area: str
    sender: str


class IncomingWarningOut(Schema):
    """A warning of another service. Times in UTC."""

    id: UUID
    service_id: UUID
    service: str
    region_code: str
    counties: list[str]
    units: list[str] = Field(description="codes of units, towns with nine digits, where these say where it holds; else empty")
    towns: list[str] = Field(description="of those the towns by name")
    kind: str
    kind_name: str
    event: str = Field(description="in the sender's words")
    level: str
    level_name: str
    exercise: bool = Field(description="an exercise or a test: nothing follows from it")
    unsigned: bool
    state: str
    state_name: str
    headline: str
    texts: IncomingTextsOut
    onset_at: datetime | None
    expires_at: datetime
    came_at: datetime
    changed_at: datetime
    ended_at: datetime | None

    @property
    def stands(self) -> bool:
        """Whether it holds."""
        return self.state == IncomingState.IN_FORCE


class IncomingMessageOut(Schema):
    """A message as it came, with its verdict; its bytes have an address of their own."""

    id: UUID
    service_id: UUID
    service: str
    warning_id: UUID | None
    came_at: datetime
    sent_at: datetime | None
    sender: str
    identifier: str
    status: str
    msg_type: str
    type_name: str
    state: str = Field(description="taken, set_aside, quarantined")
    state_name: str
    verdict: str
    verdict_name: str
    reason: str
    signed_by: str
    sha256: str
    looked_at: datetime | None
    looked_by: str


class WarningServiceOut(Schema):
    """A service, what it may do, and when it last gave a sign of life."""

    id: UUID
    region_code: str
    name: str
    kind: str
    kind_name: str
    way: str
    way_name: str
    address: str
    interval_s: int
    private: list[str]
    regions: list[str]
    has_certificates: bool
    takes_unsigned: bool
    silent_h: int
    bound: bool = Field(description="whether a token that pushes is bound to it")
    made_at: datetime
    made_by: str
    ended_at: datetime | None
    tried_at: datetime | None
    good_at: datetime | None
    silent: bool
    failures: int = Field(description="in a row")
    error: str


def describe_incoming(warnings: "Iterable[IncomingWarning]") -> list[IncomingWarningOut]:
    """In the reader's language; their services are loaded. One query for the names of their towns, if they hold in some."""
    found = list(warnings)
    names = names_of_towns({code for one in found for code in one.units})
    return [_describe(one, names) for one in found]


def _describe(warning: "IncomingWarning", names: "Mapping[str, str]") -> IncomingWarningOut:
    texts = texts_of(warning)
    return IncomingWarningOut(
        id=warning.pk,
        service_id=warning.service_id,
        service=warning.service.name,
        region_code=warning.region_code,
        counties=warning.counties,
        units=warning.units,
        towns=[names.get(code, code) for code in warning.units if len(code) > COUNTY_DIGITS],
        kind=warning.kind,
        kind_name=warning.event if warning.kind == "other" else kind_name(warning.region_code, warning.kind),
        event=warning.event,
        level=warning.level,
        level_name=str(LEVEL_NAMES[warning.level]),
        exercise=warning.exercise,
        unsigned=warning.unsigned,
        state=warning.state,
        state_name=str(STATE_NAMES[warning.state]),
        headline=texts.headline or warning.event,
        texts=texts,
        onset_at=warning.onset_at,
        expires_at=warning.expires_at,
        came_at=warning.came_at,
        changed_at=warning.changed_at,
        ended_at=warning.ended_at,
    )


def texts_of(warning: "IncomingWarning") -> IncomingTextsOut:
    """In the reader's language where the sender speaks it, else as it was sent."""
    first = "zh" if (get_language() or "zh").startswith("zh") else "en"
    found: dict[str, str] = warning.texts.get(first) or next(iter(warning.texts.values()), {})
    return IncomingTextsOut(**{name: str(found.get(name, "")) for name in ("headline", "caution", "measures", "area", "sender")})


def describe_message(message: "IncomingMessage") -> IncomingMessageOut:
    """One of them; its service and who looked at it are loaded."""
    return IncomingMessageOut(
        id=message.pk,
        service_id=message.service_id,
        service=message.service.name,
        warning_id=message.warning_id,
        came_at=message.came_at,
        sent_at=message.sent_at,
        sender=message.sender,
        identifier=message.identifier,
        status=message.status,
        msg_type=message.msg_type,
        type_name=str(TYPE_NAMES.get(message.msg_type, message.msg_type)),
        state=message.state,
        state_name=str(MESSAGE_STATE_NAMES[message.state]),
        verdict=message.verdict,
        verdict_name=verdict_name(message.verdict),
        reason=told(message.reason),
        signed_by=message.signed_by,
        sha256=message.sha256,
        looked_at=message.looked_at,
        looked_by=str(message.looked_by or ""),
    )


def verdict_name(verdict: str) -> str:
    """In the reader's language."""
    return str(VERDICT_NAMES.get(verdict, verdict))


def describe_service(service: "WarningService", now: datetime) -> WarningServiceOut:
    """One of them; who made it is loaded."""
    since = service.good_at or service.made_at
    return WarningServiceOut(
        id=service.pk,
        region_code=service.region_code,
        name=service.name,
        kind=service.kind,
        kind_name=str(KIND_NAMES[service.kind]),
        way=service.way,
        way_name=str(WAY_NAMES[service.way]),
        address=service.address,
        interval_s=service.interval_s,
        private=service.private,
        regions=service.regions,
        has_certificates=bool(service.certificates),
        takes_unsigned=service.takes_unsigned,
        silent_h=service.silent_h,
        bound=service.token_id is not None,
        made_at=service.made_at,
        made_by=str(service.made_by),
        ended_at=service.ended_at,
        tried_at=service.tried_at,
        good_at=service.good_at,
        silent=service.ended_at is None and now - since >= timedelta(hours=service.silent_h),
        failures=service.failures,
        error=told(service.error),
    )


def incoming_features(warnings: "Iterable[IncomingWarning]") -> Features:
    """GeoJSON of their areas, one feature a warning."""
    return features(_feature(one, one.shape) for one in warnings if one.shape)


def _feature(warning: "IncomingWarning", geometry: Geometry) -> Feature:
    return drawn(
        geometry,
        name=texts_of(warning).headline or warning.event,
        words=f"{LEVEL_NAMES[warning.level]} · {warning.service.name} · {until_words(warning.expires_at)}",
        url=reverse("incoming_warning", args=[warning.pk]),
        shape=warning.level,
        id=str(warning.pk),
        drill=warning.exercise,
    )
