"""The devices as the doors know them: loaded in a thread, looked after twice a second."""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from django.db import DatabaseError

from tocsin.base.keys import Purpose, keys_of
from tocsin.sensing.certificates.rules.judging import Trust
from tocsin.sensing.devices.rules import is_access_password, is_secret
from tocsin.sensing.doors.services.loading import KnownDevice, Loaded, load
from tocsin.sensing.transmitters.rules import KnownTransmitter, is_within

if TYPE_CHECKING:
    from collections.abc import Callable

    from tocsin.sensing.frame_keys.queries import KnownKey
    from tocsin.sensing.modbus.rules import KnownUnit
    from tocsin.sensing.opcua.rules.places import KnownServer

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.5


class Registry:
    """Enabled devices by code. `on_change` functions are called on the event loop after every change of devices or sensors."""

    def __init__(self, thread: ThreadPoolExecutor) -> None:
        self._thread = thread
        self._loaded: Loaded | None = None
        self._looking: asyncio.Task[None] | None = None
        self._next_look = asyncio.Event()
        self.devices: dict[str, KnownDevice] = {}
        self.transmitters: dict[str, KnownTransmitter] = {}  # by their source address
        self.modbus_units: tuple[KnownUnit, ...] = ()
        self.opcua_servers: tuple[KnownServer, ...] = ()
        self.trust = Trust({}, (), {})  # in certificates
        self.frame_keys: dict[str, tuple[KnownKey, ...]] = {}  # of loggers of HJ 212-2025, by the device's code
        self.on_change: list[Callable[[], None]] = []

    async def refresh(self) -> None:
        """Returns when what was registered before the call is known here; a failing database leaves what was known."""
        if self._looking is not None and not self._looking.done():
            await asyncio.wait([self._looking])  # it may have begun before the caller's question
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        await asyncio.wait([self._looking])

    async def keep_fresh(self) -> None:
        """Looks twice a second, until cancelled."""
        while True:
            look, self._next_look = self._next_look, asyncio.Event()
            await self.refresh()
            look.set()
            await asyncio.sleep(LOOK_EVERY_S)

    async def looked(self) -> None:
        """Returns after the next of the regular looks: however many wait for it, the database is asked once."""
        await self._next_look.wait()

    def login(self, code: str, secret: bytes) -> KnownDevice | None:
        """The device of this code and secret; None where there is none."""
        device = self.devices.get(code)
        return device if device is not None and is_secret(secret, device.secret_sha256) else None

    def login_by_password(self, code: str, password: str) -> KnownDevice | None:
        """The device of this code and password of HJ 212; None where there is none, or it has no such password."""
        device = self.devices.get(code)
        if device is None or not device.access_fingerprint:
            return None
        keys = keys_of(Purpose.ACCESS)
        return device if is_access_password(code, password, device.access_fingerprint, keys) else None

    def login_from(self, source: str, address: str) -> KnownDevice | None:
        """The device of this source address of GB/T 26875.3, if it may come from this network address; None otherwise."""
        found = self.transmitters.get(source)
        return self.devices.get(found.code) if found is not None and is_within(address, found.networks) else None

    def frame_keys_of(self, code: str) -> list[bytes]:
        """By which this device's frames of HJ 212-2025 may be encrypted now, the newest first."""
        now_s = time.time()
        return [one.key for one in self.frame_keys.get(code, ()) if now_s < one.until_s]

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            loaded = await loop.run_in_executor(self._thread, load, self._loaded)
        except DatabaseError as error:
            log.warning("the registry can't be read; %d devices known before stay known: %s", len(self.devices), error)
            return
        if loaded is not None:
            self._loaded, self.devices = loaded, loaded.devices
            self.transmitters, self.modbus_units = loaded.transmitters, loaded.modbus_units
            self.opcua_servers, self.trust, self.frame_keys = loaded.opcua_servers, loaded.trust, loaded.frame_keys
            for function in self.on_change:
                function()
