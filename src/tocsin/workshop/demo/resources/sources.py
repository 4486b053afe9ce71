"""Departments of the demonstration whose data Tocsin fetches by itself: from a server of theirs, or from a folder.

Nothing is delivered here: the worker's own loop asks, by the connectors that are configured as a data steward would.
"""

import hashlib
import threading
from contextlib import suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tocsin.atlas.connectors.models import ResourceConnector
    from tocsin.atlas.resources.models import Resource

SERVED: Final = frozenset({"weather_hourly", "fire_stations"})  # from a server
PUT: Final = frozenset({"rain_gauges", "high_rises"})  # as files that a department's program puts into the folder
FETCHED: Final = SERVED | PUT
HOST: Final = "127.0.0.1"
ASKED_EVERY_H: Final = 0.25
NETWORK: Final = f'networks = ["{HOST}/32"]\n'


class DepartmentServer:
    """A server of departments on this machine: files by their paths, with the tags by which they are known again."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._server: ThreadingHTTPServer | None = None

    def listen(self, wanted: int) -> str:
        """Begins to answer, at that port where it is free; its address."""
        if self._server is None:
            try:
                self._server = ThreadingHTTPServer((HOST, wanted), self._handler())
            except OSError:  # somebody else has it now
                self._server = ThreadingHTTPServer((HOST, 0), self._handler())
            threading.Thread(target=self._server.serve_forever, daemon=True, name="department").start()
        return f"http://{HOST}:{self._server.server_port}"

    def close(self) -> None:
        """Stops answering."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        here = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content = here.files.get(self.path)
                if content is None:
                    self.send_error(404)
                    return
                tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
                is_same = self.headers.get("If-None-Match") == tag
                self.send_response(304 if is_same else 200)
                self.send_header("Content-Type", "text/csv; charset=utf-8")
                self.send_header("ETag", tag)
                self.end_headers()
                if not is_same:
                    self.wfile.write(content)

            def log_message(self, *_told: Any) -> None:
                pass

        return Handler


class Sources:
    """What these departments have to offer, and the connectors by which it is fetched."""

    def __init__(self) -> None:
        self.server = DepartmentServer()
        self._offered: dict[str, datetime] = {}

    def wants(self, slug: str, now: datetime) -> bool:
        """Whether a department has new figures: once an hour."""
        return self._offered.get(slug) != now.replace(minute=0, second=0, microsecond=0)

    def offer(self, slug: str, one: "Resource", name: str, content: bytes, now: datetime) -> None:
        """The department's new figures lie where Tocsin looks for them."""
        from tocsin.atlas.connectors.queries import folder_of

        self._offered[slug] = now.replace(minute=0, second=0, microsecond=0)
        if slug in SERVED:
            self.server.files[f"/{slug}.csv"] = content
        else:
            folder = folder_of(one.slug)
            folder.mkdir(parents=True, exist_ok=True)
            young = folder / f".{name}"
            young.write_bytes(content)
            young.replace(folder / name)
        self._connect(slug, one, now)

    def _connect(self, slug: str, one: "Resource", now: datetime) -> None:
        """Configures the connector once; what somebody has changed in it stays, but for the port of this machine."""
        from tocsin.atlas.connectors.queries import connector_of
        from tocsin.atlas.connectors.rules.sources import FolderSource, HttpSource
        from tocsin.atlas.connectors.services.settings import NewSettings, configure_connector
        from tocsin.jurisdiction.people.services.system import system_actor

        found = connector_of(one)
        if slug in PUT and found is None:
            settings = NewSettings(source=FolderSource(pattern="*.csv"))
        elif slug in SERVED and (found is None or _is_ours(found)):
            _allow_this_machine(now)
            url = f"{self.server.listen(_port_of(found))}/{slug}.csv"
            if found is not None and found.source.get("url") == url:
                return
            settings = NewSettings(source=HttpSource(url=url), every_h=ASKED_EVERY_H)
        else:
            return
        configure_connector(actor=system_actor(), resource_id=one.pk, settings=settings, now=now)


def _is_ours(found: "ResourceConnector") -> bool:
    return found.active and urlsplit(str(found.source.get("url", ""))).hostname == HOST


def _port_of(found: "ResourceConnector | None") -> int:
    """The port of an earlier start, so that the connector stays as it is; 0: any."""
    with suppress(ValueError):
        return urlsplit(str(found.source.get("url", ""))).port or 0 if found is not None else 0
    return 0


def _allow_this_machine(now: datetime) -> None:
    """The policy of connectors allows the department's server, which runs on this machine, once."""
    from tocsin.atlas.connectors.policy import CONNECTORS, connector_policy
    from tocsin.records.face import NewVersion, add_draft, put_in_force

    if f"{HOST}/32" in connector_policy().networks:
        return
    reason = "演示：部门的服务器运行在本机"
    row = add_draft(
        actor=None, policy=CONNECTORS.name, new=NewVersion(text=NETWORK, reason=reason, source="演示", confidence="C")
    )
    put_in_force(actor=None, row=row, effective_from=now)
