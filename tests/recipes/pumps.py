"""A subject that the product does not know: pumps, with one of everything that a recipe adds."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Self

import msgspec
from django.http import HttpRequest, HttpResponse

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.base.errors import Conflict
from tocsin.base.policy import PolicyFile, reader
from tocsin.bus.loops import Loop
from tocsin.jurisdiction.contacts.rules import ContactKind
from tocsin.notices.channels.rules.letters import Answer, Letter
from tocsin.notices.channels.rules.verdicts import Verdict
from tocsin.screens.acts import act
from tocsin.screens.forms import Line
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.timeline import time_lines
from tocsin.sensing.doors.rules.payload import read_payload
from tocsin.sensing.doors.services.gatehouse import Gatehouse

RUNS: list[datetime] = []
PUMPS: list[str] = []


def run_pumps(*, now: datetime) -> None:
    """The work of the loop."""
    RUNS.append(now)


LOOPS = (Loop(name="run-pumps", work=run_pumps, period_s=60.0),)
LINES = time_lines({"pump_ran": "%(pump)s pumped %(litres)s l"})
LAYER = MapLayer(
    name="pumps", words="Pumps", url="/pumps.geojson", permission="alarms.see", features=lambda user, at: (), group="sensing"
)


class PumpRan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pump has run."""

    pump: str
    litres: float


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `policy.toml` of pumps holds."""

    longest_run_min: float
    rest_min: float


POLICY = PolicyFile("recipes.pumps", Path(__file__).with_name("policy.toml"), reader(Limits), "水泵", "Pumps")


class PigeonChannel:
    """Notices by pigeon, to a loft."""

    kind: ClassVar[ContactKind] = ContactKind(
        "pigeon", "Pigeon", "pigeon", lambda address: address.startswith("loft "), short=str
    )
    flown: ClassVar[list[Letter]] = []

    @classmethod
    def open(cls, table: dict[str, Any]) -> Self:
        """Nothing is set."""
        return cls()

    def send(self, letter: Letter) -> Answer:
        """Always arrives."""
        self.flown.append(letter)
        return Answer(Verdict.DELIVERED)

    def close(self) -> None:
        """Nothing is held."""


class LineDoor:
    """Lines `code secret {"ts": …, "values": {…}}`, answered by the number of readings once they are in the log."""

    port: ClassVar[int] = 0
    opened: ClassVar[list[str]] = []

    async def open(self, gatehouse: Gatehouse, configuration: object) -> None:
        """See `Door.open`."""
        self._gatehouse = gatehouse
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        type(self).port = self._server.sockets[0].getsockname()[1]

    def stop_reading(self) -> None:
        """See `Door.stop_reading`."""
        self._server.close()

    async def close(self) -> None:
        """See `Door.close`."""
        await self._server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        code, secret, payload = (await reader.readline()).split(b" ", 2)
        gatehouse = self._gatehouse
        device = await gatehouse.login("line", code.decode(), secret, "127.0.0.1", 0.0)
        if device is not None:
            columns = gatehouse.intake.columns
            before = len(columns)
            read_payload(payload, device.channels, gatehouse.times(), columns)
            known = asyncio.Event()
            gatehouse.intake.tell(known.set)
            count = len(columns) - before
            await known.wait()
            writer.write(f"{count}\n".encode())
            await writer.drain()
        writer.close()


def pumps(request: HttpRequest) -> HttpResponse:
    """The list page."""
    if (file := list_file(request, PUMPS, "pumps", ("name",), _describe)) is not None:
        return file
    return list_page(request, PUMPS, "pumps.html", describe=_describe)


def _describe(name: str) -> dict[str, object]:
    return {"name": name}


@act("pumps", alone=True)
def add_pump(request: HttpRequest, *, name: Line, litres: float) -> str:
    """The act, with its form."""
    if name in PUMPS:
        raise Conflict(f"There is a pump {name}.")
    PUMPS.append(name)
    return f"Added with {litres:g} l."
