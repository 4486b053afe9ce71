"""What a service pushes by itself, with the token that is bound to it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.mobilisation.incoming_warnings.models import WarningService
from tocsin.mobilisation.incoming_warnings.services.sources import service_of
from tocsin.mobilisation.incoming_warnings.services.taking import Taken, take_message
from tocsin.mobilisation.public_warnings.rules.cap.reading import LARGEST_BYTES

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def take_pushed(*, actor: "User", data: bytes, now: datetime) -> Taken:
    """The message is kept with its verdict; the same bytes twice are one. InvalidInput for none, or too many."""
    service = service_of(actor)
    if not data.strip():
        raise InvalidInput(_("The message is the body of the request; it is empty."))
    if len(data) > LARGEST_BYTES:
        raise InvalidInput("The message has %(bytes)s bytes, at most %(most)s are read", bytes=len(data), most=LARGEST_BYTES)
    taken = take_message(service=service, data=data, now=now)
    WarningService.objects.filter(pk=service.pk).update(good_at=now, tried_at=now, silent_told_at=None)
    return taken
