"""Wrong keys that strangers try where an address is the key: counted in the database, so that it holds over all processes.

A right key is never counted and always opens, whoever else guesses from the same network.
"""

from datetime import timedelta
from typing import Final, Literal

from django.utils import timezone

from tocsin.base.addresses import network_of
from tocsin.jurisdiction.people.models import LoginFailure

WINDOW: Final = timedelta(minutes=1)
MOST: Final = 10_000
"""So many wrong keys are written down in a minute; further ones are refused unwritten, so that nobody gets free by coming from
many networks, and the table stays small.
"""


def too_many_guesses(*, kind: Literal["link", "code"], address: str, most_per_min: int) -> bool:
    """Counts a wrong key: whether more of this kind came from that network within a minute than are answered."""
    now = timezone.now()
    recent = LoginFailure.objects.filter(at__gt=now - WINDOW, browser=kind)
    if recent.filter(address=network_of(address)).count() >= most_per_min or recent.count() >= MOST:
        return True
    LoginFailure.objects.create(username="", address=network_of(address), browser=kind, at=now)
    return False
