"""A device that has no secret yet exchanges a key for enrolment for one: what it asks, and what it is answered over HTTP."""

import asyncio
import logging
from typing import Final

import msgspec
from django.db import DatabaseError
from django.utils import translation

from tocsin.base.documents import decode_json
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed, Refusal
from tocsin.sensing.doors.rules.faults import Fault
from tocsin.sensing.doors.services.gatehouse import SHOWN_OF_UNKNOWN, Gatehouse
from tocsin.sensing.doors.services.strangers import network_of
from tocsin.sensing.onboarding.services.enrolment import Asked, Enrolled, UnknownKey, enrol_device
from tocsin.sensing.quarantine.rules import Reason

log = logging.getLogger(__name__)

LARGEST_BYTES: Final = 12_288  # a signing request of RSA 8192 and the rest
KEYS: Final = "enrolment keys"  # under which wrong ones are counted; no device's code has a blank

type Answer = tuple[int, dict[str, object]]
"""Status and document."""


async def enrol(gatehouse: Gatehouse, door: str, body: bytes, address: str, now_s: float) -> Answer:
    """201 with the secret, or the refusal with its reason. Wrong keys are counted by address, as wrong secrets are."""
    if gatehouse.brake.is_closed(KEYS, network_of(address), now_s):
        return 429, {"reason": "too_many_failures", "message": "too many wrong keys from this address; wait a minute"}
    try:
        asked = decode_json(body, Asked)
    except InvalidInput as error:
        return 400, _refusal("unreadable", error)
    try:
        loop = asyncio.get_running_loop()
        made: Enrolled = await loop.run_in_executor(gatehouse.ledger.thread, _enrol, asked, address, gatehouse)
    except UnknownKey as error:
        gatehouse.brake.record_failure(KEYS, network_of(address), now_s)
        why = InvalidInput("unknown key for enrolment from %(address)s", address=address)
        gatehouse.ledger.set_aside("", door, Fault(Reason.LOGIN_REFUSED, why, asked.code[:SHOWN_OF_UNKNOWN]))
        return 401, _refusal(error.code, error)
    except Refusal as error:
        return _status(error), _refusal(error.code, error)
    except DatabaseError as error:
        log.warning("a device could not enrol: %s", error)
        return 503, {"reason": "unavailable", "message": "the registry does not answer; send the same again"}
    return 201, {name: value for name, value in msgspec.to_builtins(made).items() if value != ""}


def _enrol(asked: Asked, address: str, gatehouse: Gatehouse) -> Enrolled:
    with translation.override("en"):  # answers of the doors are for who programs
        return enrol_device(asked=asked, address=address, now=gatehouse.clock.now())


def _status(error: Refusal) -> int:
    return 409 if isinstance(error, Conflict) else 403 if isinstance(error, NotAllowed) else 400


def _refusal(reason: str, error: Refusal) -> dict[str, object]:
    return {"reason": reason, "message": error.in_english}
