"""Wrong keys that strangers try where an address is the key: counted in the database, so that it holds over all processes.

A right key is never counted and always opens, whoever else guesses from the same network.
"""

from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tocsin.base.addresses import network_of
from tocsin.jurisdiction.people.models import Guess

MOST_NETWORKS: Final = 2000
"""So many networks are written down in a minute; wrong keys of further ones are refused unwritten, so that nobody gets free by
coming from many, and the table stays small.
"""
KEPT_MINUTES: Final = 10


def too_many_guesses(*, kind: str, address: str, most_per_min: int) -> bool:
    """Counts a wrong key: whether more of this kind came from that network within this minute than are answered."""
    minute, network = int(timezone.now().timestamp()) // 60, network_of(address)
    row = Guess.objects.filter(minute=minute, kind=kind, network=network)
    count = row.values_list("count", flat=True).first()
    if count is None and Guess.objects.filter(minute=minute).count() >= MOST_NETWORKS:
        return True
    if count is not None and count >= most_per_min:
        return True
    with transaction.atomic():
        _row, first = Guess.objects.get_or_create(minute=minute, kind=kind, network=network, defaults={"count": 1})
        if not first:
            row.update(count=F("count") + 1)
    return False


def forget_guesses() -> None:
    """Drops what is too old to count."""
    Guess.objects.filter(minute__lt=int(timezone.now().timestamp()) // 60 - KEPT_MINUTES).delete()
