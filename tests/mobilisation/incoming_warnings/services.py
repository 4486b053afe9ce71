"""Services that warn and their messages, as tests take them in."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from django.utils import timezone

from tests.mobilisation.public_warnings.messages import SENT, own_signer, rain
from tests.people import LICANG
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.incoming_warnings.models import WarningService
from tocsin.mobilisation.incoming_warnings.services.sources import NewService, register_service
from tocsin.mobilisation.incoming_warnings.services.taking import Taken, take_message
from tocsin.mobilisation.public_warnings.rules.cap.message import Alert, MsgType, Reference
from tocsin.mobilisation.public_warnings.rules.cap.signing import sign

NOW = SENT.astimezone(timezone.get_fixed_timezone(480)) + timedelta(minutes=3)
PEM = own_signer().certificates[0].public_bytes(Encoding.PEM).decode()


def new_service(**changed: Any) -> NewService:
    """A weather service for Licang that pushes, trusted by its own certificate."""
    usual = NewService(region_code=LICANG, name="青岛市气象局", kind="weather", way="push", certificates=PEM)
    return replace(usual, **changed)


def service(keeper: User, **changed: Any) -> WarningService:
    """Registered at NOW."""
    return register_service(actor=keeper, new=new_service(**changed), now=NOW)


def signed(**changed: Any) -> bytes:
    """The orange rain warning, signed; fields of the message as they are named."""
    return sign(rain(**changed), own_signer())


def with_info(**changed: Any) -> bytes:
    """The same with other fields of its info."""
    return signed(infos=(replace(rain().infos[0], **changed),))


def following(msg_type: MsgType, *, minutes: int, of: Alert | None = None, **changed: Any) -> Alert:
    """An update or cancel of the first one, sent so many minutes later."""
    first = of or rain()
    fields = {
        "identifier": f"{first.identifier}-{minutes}",
        "sent": first.sent + timedelta(minutes=minutes),
        "msg_type": msg_type,
        "references": (Reference(first.sender, first.identifier, first.sent),),
    }
    return replace(first, **{**fields, **changed})


def take(of: WarningService, data: bytes, now: datetime = NOW) -> Taken:
    """Taken in as a push or pull does."""
    return take_message(service=of, data=data, now=now)
