"""Transmitters, as their readers and the door need them."""

import ipaddress

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.devices.queries.registry import counted
from tocsin.sensing.transmitters.models import Transmitter
from tocsin.sensing.transmitters.rules import KnownTransmitter

COUNTER = "transmitters"


def visible_transmitters(user: Person) -> QuerySet[Transmitter]:
    """Transmitters of devices in the regions where the user may see sensors."""
    return scope(Transmitter.objects.select_related("device"), user, "sensors.see", "device__region_code")


def search_transmitters(user: Person, *, search: str = "") -> QuerySet[Transmitter]:
    """Visible transmitters whose source address, or whose device's code or name, holds the text."""
    found = visible_transmitters(user)
    if not search:
        return found
    texts = Q(device__code__icontains=search) | Q(device__name__icontains=search)
    return found.filter(texts | Q(source__icontains=search.replace(" ", "")))


def transmitters_version() -> int:
    """A number that grows with every change of transmitters."""
    return counted(COUNTER)


def known_transmitters() -> dict[str, KnownTransmitter]:
    """Those of enabled devices, by source address, as the door looks them up."""
    rows = Transmitter.objects.filter(device__enabled=True).values_list("source", "device__code", "networks")
    return {
        source: KnownTransmitter(code, tuple(ipaddress.ip_network(one) for one in networks))
        for source, code, networks in rows.iterator(chunk_size=2000)
    }
