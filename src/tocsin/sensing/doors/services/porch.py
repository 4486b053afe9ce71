"""What every door over TCP stands on: a listener, strangers bounded in number and time, and log lines that anybody can cause."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from tocsin.base.errors import Unavailable
from tocsin.sensing.doors.services.listener import Contexts, Factory, Listener
from tocsin.sensing.doors.services.strangers import Complaints, Strangers

if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.settings import DoorSettings
    from tocsin.sensing.doors.services.gatehouse import Gatehouse

SWEEP_S = 0.5


class Porch:
    """One door's address, and those who stand before it. `name` is the protocol's in the catalogue, `title` its name outside."""

    def __init__(self, name: str, title: str, variable: str, log: logging.Logger) -> None:
        """`variable` names the port in a message about one that is taken."""
        self.name, self.title = name, title
        self._variable, self._log = variable, log
        self._listener: Listener | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self._complaints = Complaints(log)
        self.strangers: Strangers

    @property
    def port(self) -> int:
        """The port that it listens on, which is told where 0 was asked for."""
        return self._listener.port if self._listener is not None else 0

    async def open(
        self,
        gatehouse: "Gatehouse",
        configuration: "DoorSettings",
        factory: Factory,
        sweep: Callable[[float], None],
        contexts: Contexts = lambda: None,
    ) -> None:
        """Begins to accept, and calls `sweep` with the loop's time twice a second; Unavailable where the address is taken."""
        host, port = configuration.door_hosts[self.name], configuration.door_ports[self.name]
        self.strangers = Strangers(gatehouse.policy.strangers)
        self._listener = Listener(self.strangers, factory, contexts)
        try:
            await self._listener.open(host, port)
        except OSError as error:
            raise Unavailable(
                f"the {self.title} door can't open {host}:{port} ({error}); name another port by {self._variable}"
            ) from error
        self._sweeping = asyncio.create_task(self._sweep(gatehouse, sweep))
        self._log.info("%s door open on %s:%d%s", self.title, host, port, " with TLS" if contexts() else "")

    def stop_accepting(self) -> None:
        """Accepts no more; what was accepted goes on."""
        if self._listener is not None:
            self._listener.close()

    def close(self) -> None:
        """Sweeps no more."""
        if self._sweeping is not None:
            self._sweeping.cancel()

    def end_late(self, now_s: float, login_within_s: float) -> None:
        """Ends the connections that have proved nothing in time."""
        if late := self.strangers.end_late(now_s - login_within_s):
            self.complain(logging.WARNING, f"%d {self.title} connections sent no login in time and were closed", late)

    def complain(self, level: int, text: str, *values: object) -> None:
        """A log line that anybody outside can cause: one in a while."""
        self._complaints.tell(asyncio.get_running_loop().time(), level, text, *values)

    async def _sweep(self, gatehouse: "Gatehouse", sweep: Callable[[float], None]) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            self.strangers.policy = gatehouse.policy.strangers
            sweep(asyncio.get_running_loop().time())
