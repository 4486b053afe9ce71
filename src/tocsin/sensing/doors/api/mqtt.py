"""The MQTT door: a listener for publishes only, MQTT 3.1.1 and 5, QoS 0 and 1, TLS by setting."""

import asyncio
import logging
import ssl
from collections import Counter
from typing import TYPE_CHECKING

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.sensing.doors.api.mqtt_connection import MqttConnection
from tocsin.sensing.doors.rules.mqtt_packets import Code, MqttError
from tocsin.sensing.doors.services.gatehouse import Gatehouse

if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.settings import DoorSettings
    from tocsin.sensing.doors.services.registry import KnownDevice

log = logging.getLogger(__name__)

SWEEP_S = 0.5
BACKLOG = 1024


class MqttDoor:
    """All MQTT connections of this process. `messages` counts the publishes that were read."""

    def __init__(self) -> None:
        self.messages = 0
        self.is_closing = False
        self._connections: set[MqttConnection] = set()
        self._by_client: dict[tuple[str, str], MqttConnection] = {}
        self._per_device: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self._sweeping: asyncio.Task[None] | None = None

    async def open(self, gatehouse: Gatehouse, configuration: "DoorSettings") -> None:
        """See `Door.open`; InvalidInput where the certificate can't be read."""
        self._gatehouse = gatehouse
        host, port = configuration.door_host, configuration.door_ports["mqtt"]
        context = tls_context(configuration.mqtt_tls_certificate, configuration.mqtt_tls_key)
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: MqttConnection(self, gatehouse), host, port, ssl=context, backlog=BACKLOG
            )
        except OSError as error:
            raise Unavailable(
                f"the MQTT door can't open {host}:{port} ({error}); name another port by TOCSIN_MQTT_PORT"
            ) from error
        gatehouse.registry.on_change.append(self._check_devices)
        self._sweeping = asyncio.create_task(self._sweep())
        log.info("MQTT door open on %s:%d%s", host, port, " with TLS" if context else "")

    def stop_reading(self) -> None:
        """See `Door.stop_reading`."""
        self.is_closing = True
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.stop_reading()

    async def close(self) -> None:
        """See `Door.close`."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        for connection in list(self._connections):
            connection.stop(Code.SERVER_SHUTTING_DOWN)
        await asyncio.sleep(0)  # the transports say goodbye

    def opened(self, connection: MqttConnection) -> None:
        """A socket was accepted."""
        self._connections.add(connection)
        if len(self._connections) > self._gatehouse.policy.mqtt.connections:
            log.warning("more than %d MQTT connections; %s is refused", len(self._connections) - 1, connection.address)
            connection.stop(Code.SERVER_BUSY)

    def closed(self, connection: MqttConnection) -> None:
        """A connection has ended, however."""
        self._connections.discard(connection)
        if connection.device is not None:
            key = (connection.device.code, connection.client_id)
            self._per_device[key[0]] -= 1
            if not self._per_device[key[0]]:
                del self._per_device[key[0]]
            if self._by_client.get(key) is connection:
                del self._by_client[key]

    def admit(self, connection: MqttConnection, device: "KnownDevice") -> None:
        """A device has proved who it is: an older connection of the same client ends (3.1.4); MqttError where it has too many."""
        if self._per_device[device.code] >= self._gatehouse.policy.mqtt.connections_per_device:
            raise MqttError(Code.QUOTA_EXCEEDED, f"device {device.code} has {self._per_device[device.code]} connections already")
        key = (device.code, connection.client_id)
        older = self._by_client.get(key)
        if older is not None:
            older.stop(Code.SESSION_TAKEN_OVER)
        self._by_client[key] = connection
        self._per_device[device.code] += 1

    def _check_devices(self) -> None:
        """Ends connections of devices that were disabled or whose secret changed; gives the others their new channels."""
        devices = self._gatehouse.registry.devices
        for connection in list(self._connections):
            if connection.device is None:
                continue
            device = devices.get(connection.device.code)
            if device is None or device.secret_sha256 != connection.device.secret_sha256:
                connection.stop(Code.NOT_AUTHORIZED)
            else:
                connection.device = device

    async def _sweep(self) -> None:
        """Ends connections that have been silent for too long."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SWEEP_S)
            now = loop.time()
            for connection in list(self._connections):
                limit = connection.limit_s()
                if limit and now - connection.last_heard > limit:
                    connection.stop(Code.KEEP_ALIVE_TIMEOUT)


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
