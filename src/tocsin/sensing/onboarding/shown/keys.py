"""Keys for enrolment as people and programs read them."""

import json
import shlex
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.base.reasons import told
from tocsin.sensing.devices.queries.sending import http_address
from tocsin.sensing.onboarding.models import Enrolment, EnrolmentKey
from tocsin.sensing.onboarding.rules.enrolment import KeyState, state_of

STATE_NAMES: Final[dict[KeyState, Promise]] = {
    KeyState.OPEN: pgettext_lazy("key", "open"),
    KeyState.USED_UP: pgettext_lazy("key", "used up"),
    KeyState.EXPIRED: pgettext_lazy("key", "expired"),
    KeyState.REVOKED: pgettext_lazy("key", "revoked"),
}


class EnrolmentKeyOut(Schema):
    """A key; its text is shown when it is made, and nowhere else."""

    id: UUID
    name: str
    region_code: str
    organisation_id: UUID | None
    organisation: str
    code_prefix: str
    like_code: str = Field(description="the device whose channels its devices get; empty for none")
    model_id: UUID | None
    model: str = Field(description="maker and model of its devices; empty where the key names none")
    lon: float | None
    lat: float | None
    most: int
    used: int
    until: datetime
    state: KeyState
    state_name: str
    made_at: datetime
    made_by: str
    refused: int = Field(description="how often a device with this key was refused")
    refused_at: datetime | None
    refused_why: str = Field(description="why, the latest time")


class EnrolledOut(Schema):
    device_id: UUID
    code: str
    at: datetime
    address: str
    last_seen_at: datetime | None


def describe_key(key: EnrolmentKey, now: datetime) -> EnrolmentKeyOut:
    """One key as it stands."""
    is_revoked = key.revoked_at is not None
    state = state_of(used=key.used, most=key.most, until=key.until, is_revoked=is_revoked, now=now)
    return EnrolmentKeyOut(
        id=key.pk,
        name=key.name,
        region_code=key.region_code,
        organisation_id=key.organisation_id,
        organisation=str(key.organisation or ""),
        code_prefix=key.code_prefix,
        like_code=key.like.code if key.like else "",
        model_id=key.model_id,
        model=str(key.model or ""),
        lon=key.lon,
        lat=key.lat,
        most=key.most,
        used=key.used,
        until=key.until,
        state=state,
        state_name=str(STATE_NAMES[state]),
        made_at=key.made_at,
        made_by=str(key.made_by),
        refused=key.refused,
        refused_at=key.refused_at,
        refused_why=told(key.refused_why),
    )


def describe_enrolment(one: Enrolment) -> EnrolledOut:
    """One device that came in; it is loaded."""
    device = one.device
    return EnrolledOut(device_id=device.pk, code=device.code, at=one.at, address=one.address, last_seen_at=device.last_seen_at)


def line_to_enrol(key: EnrolmentKey, text: str) -> str:
    """The line of a shell by which a device enrols."""
    body: dict[str, object] = {"key": text, "code": f"{key.code_prefix}1"}
    if (key.like or key.model) and key.lon is None:
        body |= {"lon": 120.4321, "lat": 36.1654}
    return f"curl {http_address()}/v1/enrol -d {shlex.quote(json.dumps(body))}"
