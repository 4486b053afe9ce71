"""A collector of OpenTelemetry on loopback that reads what comes by OTLP over HTTP, and a gateway of text messages beside it."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    """What a test asks of a span."""

    process: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, str]


@dataclass
class Collector:
    """All spans that have come, and how many text messages."""

    url: str = ""
    spans: dict[str, Span] = field(default_factory=dict)
    messages: int = 0

    def take(self, body: bytes) -> None:
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            process = next(one.value.string_value for one in resource.resource.attributes if one.key == "service.name")
            for scope in resource.scope_spans:
                for one in scope.spans:
                    told = {each.key.removeprefix("tocsin."): _text(each.value) for each in one.attributes}
                    ids = (one.trace_id.hex(), one.span_id.hex(), one.parent_span_id.hex())
                    self.spans[ids[1]] = Span(process, one.name, *ids, told)

    def way_to(self, span: Span) -> list[Span]:
        """From the root to this one."""
        parent = self.spans.get(span.parent)
        return [span] if parent is None else [*self.way_to(parent), span]

    def named(self, name: str) -> list[Span]:
        return [one for one in list(self.spans.values()) if one.name == name]


def _text(value: object) -> str:
    kind = value.WhichOneof("value")  # type: ignore[attr-defined]  # made by protobuf
    return str(getattr(value, kind))


@contextmanager
def collector() -> Iterator[Collector]:
    """One that listens until the block ends."""
    found = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/traces":
                found.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            else:
                found.messages += 1
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        yield found
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
