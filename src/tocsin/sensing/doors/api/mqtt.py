"""The MQTT door: a listener for publishes only, MQTT 3.1.1 and 5, QoS 0 and 1, TLS by setting."""

import asyncio
import logging
import ssl
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from tocsin.base.errors import InvalidInput
from tocsin.sensing.doors.api.mqtt_connection import MqttConnection
from tocsin.sensing.doors.rules.mqtt_packets import Code, MqttError
from tocsin.sensing.doors.rules.settings import refuse_in_clear
from tocsin.sensing.doors.services.gatehouse import Gatehouse
from tocsin.sensing.doors.services.porch import Porch
from tocsin.sensing.doors.services.tls import asking_context

if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.settings import DoorSettings
    from tocsin.sensing.doors.services.loading import KnownDevice

log = logging.getLogger(__name__)


class MqttDoor:
    """All MQTT connections of this process. `messages` counts the publishes that were read."""

    def __init__(self) -> None:
        self.messages = 0
        self.is_closing = False
        self._connections: set[MqttConnection] = set()
        self._by_client: dict[tuple[str, str], MqttConnection] = {}
        self._per_device: Counter[str] = Counter()
        self.porch = Porch("mqtt", "MQTT", "TOCSIN_MQTT_PORT", log)

    async def open(self, gatehouse: Gatehouse, configuration: "DoorSettings") -> None:
        """See `Door.open`; InvalidInput where the certificate can't be read, or is wanting beyond this machine."""
        self._gatehouse = gatehouse
        context = tls_context(configuration.mqtt_tls_certificate, configuration.mqtt_tls_key)
        if context is None:
            mend = "name a certificate by TOCSIN_MQTT_TLS_CERTIFICATE and TOCSIN_MQTT_TLS_KEY, or set TOCSIN_DOOR_HOST=127.0.0.1"
            refuse_in_clear(configuration, "mqtt", mend)
        asking = asking_context(configuration.mqtt_tls_certificate, configuration.mqtt_tls_key) if context else None
        await self.porch.open(
            gatehouse,
            configuration,
            partial(MqttConnection, self, gatehouse),
            self.sweep,
            lambda: context if gatehouse.registry.trust.is_empty else asking,
        )
        gatehouse.registry.on_change.append(self._check_devices)

    def stop_reading(self) -> None:
        """See `Door.stop_reading`."""
        self.is_closing = True
        self.porch.stop_accepting()
        for connection in self._connections:
            connection.stop_reading()

    async def close(self) -> None:
        """See `Door.close`."""
        self.porch.close()
        for connection in list(self._connections):
            connection.stop(Code.SERVER_SHUTTING_DOWN)
        await asyncio.sleep(0)  # the transports say goodbye

    def opened(self, connection: MqttConnection) -> None:
        """It can be spoken with: a socket was accepted, and its TLS stands."""
        self._connections.add(connection)

    def closed(self, connection: MqttConnection) -> None:
        """A connection has ended, however."""
        self._connections.discard(connection)
        self.porch.strangers.forget(connection.stranger)
        if connection.device is not None:
            key = (connection.device.code, connection.client_id)
            self._per_device[key[0]] -= 1
            if not self._per_device[key[0]]:
                del self._per_device[key[0]]
            if self._by_client.get(key) is connection:
                del self._by_client[key]

    def admit(self, connection: MqttConnection, device: "KnownDevice") -> None:
        """A device has proved who it is: an older connection of the same client ends (3.1.4); MqttError where it has too many."""
        policy = self._gatehouse.policy.mqtt
        if self._per_device[device.code] >= policy.connections_per_device:
            count = self._per_device[device.code]
            raise MqttError(
                Code.QUOTA_EXCEEDED, "device %(device)s has %(count)s connections already", device=device.code, count=count
            )
        if len(self._by_client) >= policy.connections:
            raise MqttError(Code.SERVER_BUSY, "%(count)s devices are connected already", count=policy.connections)
        self.porch.strangers.forget(connection.stranger)
        key = (device.code, connection.client_id)
        older = self._by_client.get(key)
        if older is not None:
            older.stop(Code.SESSION_TAKEN_OVER)
        self._by_client[key] = connection
        self._per_device[device.code] += 1

    def _check_devices(self) -> None:
        """Ends connections of devices that were disabled or whose proof holds no longer; gives the others their new channels."""
        devices = self._gatehouse.registry.devices
        for connection in list(self._connections):
            if connection.device is None:
                continue
            device = devices.get(connection.device.code)
            proof = None if device is None else connection.proof.renewed(device, self._gatehouse.registry.trust)
            if device is None or proof is None:
                connection.stop(Code.NOT_AUTHORIZED)
            else:
                connection.device, connection.proof = device, proof

    def sweep(self, now_s: float) -> None:
        """Ends connections without a login in time, silent ones, those whose certificate has ended, and closed ones whose peer
        does not take its last bytes.
        """
        self.porch.end_late(now_s, self._gatehouse.policy.mqtt.connect_within_s)
        now = self._gatehouse.clock.now()
        for connection in list(self._connections):
            if connection.proof.is_over(now):
                connection.stop(Code.NOT_AUTHORIZED)
            limit = connection.limit_s()
            if limit and now_s - connection.last_heard > limit:
                connection.give_up()


def tls_context(certificate: str, key: str) -> ssl.SSLContext | None:
    """TLS 1.2 or later with this PEM certificate chain and key; None where neither is set; InvalidInput where one is wrong."""
    if not certificate and not key:
        return None
    if not certificate or not key:
        raise InvalidInput("TOCSIN_MQTT_TLS_CERTIFICATE and TOCSIN_MQTT_TLS_KEY must both be set, or neither")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        raise InvalidInput(f"the MQTT door's certificate {certificate} and key {key} can't be read: {error}") from error
    return context
