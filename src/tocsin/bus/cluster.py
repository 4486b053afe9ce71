"""A bus of your own instead of the embedded one: its addresses, how it is reached, and how many servers keep each stream."""

import ssl
from typing import Final

from django.conf import settings
from nats.js.api import Placement

REPLICATED: Final = 3  # addresses from which on each stream is kept by so many servers, where no number is set


def addresses(url: str) -> list[str]:
    """The servers of an address, any of which will do: several are separated by commas."""
    return [one.strip() for one in url.split(",") if one.strip()]


def replicas() -> int:
    """How many servers keep each stream: as set, else three where three addresses are named."""
    configuration = settings.CONFIGURATION
    if configuration.embedded_bus:
        return 1
    return int(configuration.log_replicas) or (REPLICATED if len(addresses(configuration.nats_url)) >= REPLICATED else 1)


def placement() -> Placement | None:
    """Which servers may keep streams: those of one cluster, those that bear all of the tags; None where all may."""
    configuration = settings.CONFIGURATION
    if configuration.embedded_bus or not (configuration.log_cluster or configuration.log_tags):
        return None
    return Placement(cluster=configuration.log_cluster or None, tags=list(configuration.log_tags) or None)


def tls() -> ssl.SSLContext | None:
    """How an external bus is believed, and we prove ourselves to it; None where no setting and no address asks for TLS."""
    configuration = settings.CONFIGURATION
    if configuration.embedded_bus:
        return None
    asked = any(one.startswith("tls://") for one in addresses(configuration.nats_url))
    if not (asked or configuration.nats_ca or configuration.nats_certificate):
        return None
    context = ssl.create_default_context(cafile=configuration.nats_ca)
    if configuration.nats_certificate:
        context.load_cert_chain(configuration.nats_certificate, configuration.nats_key)
    return context
