"""Spans to a collector of OpenTelemetry, by OTLP over HTTP: the one place that knows its library, loaded where one is set.

Sampling, headers, limits and certificates are the variables of OpenTelemetry itself (`OTEL_TRACES_SAMPLER`,
`OTEL_EXPORTER_OTLP_HEADERS` …), which its library reads.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from tocsin.base.errors import Unavailable
from tocsin.base.tracing import Attribute, install

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.trace import Span

log = logging.getLogger(__name__)

PATH: Final = "/v1/traces"
LAST_MS: Final = 1000  # for what has not been sent when the process ends
QUIET: Final = "tocsin.quiet"


def set_up_tracing(process: str, collector: str) -> None:
    """Spans of this process go to the collector from here on; nothing happens where none is set. After a fork, not before it.

    Unavailable where the extra `otel` is not installed.
    """
    if not collector:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        raise Unavailable("TOCSIN_TRACES needs the extra otel: pip install 'tocsin[otel]'") from None
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    class Heard(BatchSpanProcessor):
        """Passes over quiet spans within which nothing happened."""

        def on_end(self, span: "ReadableSpan") -> None:
            if not (span.attributes or {}).get(QUIET):
                super().on_end(span)

    own = {"service.name": f"tocsin-{process}", "service.namespace": "tocsin", "service.version": version("tocsin")}
    provider = TracerProvider(resource=Resource.create(own))
    address = collector if collector.endswith(PATH) else collector.rstrip("/") + PATH
    provider.add_span_processor(Heard(OTLPSpanExporter(endpoint=address)))
    install(OpenTelemetry(provider))
    log.info("spans go to %s", address)


class _Open:
    """A span that is open here, and whether another began within it."""

    def __init__(self, *, quiet: bool) -> None:
        self.quiet = quiet


_open: ContextVar[_Open | None] = ContextVar("open_span", default=None)


class OpenTelemetry:
    """The tracer of `base.tracing` by OpenTelemetry's library."""

    def __init__(self, provider: "TracerProvider") -> None:
        from opentelemetry import trace
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider, self._trace = provider, trace
        self._tracer = provider.get_tracer("tocsin")
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def span(
        self, name: str, attributes: dict[str, Attribute], *, parent: str, links: tuple[str, ...], quiet: bool
    ) -> Iterator[None]:
        """See `base.tracing.Tracer`."""
        context = self._propagator.extract({"traceparent": parent}) if parent else None
        linked = [self._trace.Link(self._span_at(one).get_span_context()) for one in links]
        told = {f"tocsin.{key}": value for key, value in attributes.items()}
        if (around := _open.get()) is not None and not quiet:
            around.quiet = False
        own = _Open(quiet=quiet)
        token = _open.set(own)
        try:
            with self._tracer.start_as_current_span(name, context=context, attributes=told, links=linked) as span:
                try:
                    yield
                except BaseException:
                    own.quiet = False
                    raise
                finally:
                    if own.quiet:
                        span.set_attribute(QUIET, True)
        finally:
            _open.reset(token)

    def tell(self, attributes: dict[str, Attribute]) -> None:
        """See `base.tracing.Tracer`."""
        self._trace.get_current_span().set_attributes({f"tocsin.{key}": value for key, value in attributes.items()})

    def here(self) -> str:
        """See `base.tracing.Tracer`."""
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return carrier.get("traceparent", "")

    def _span_at(self, place: str) -> "Span":
        return self._trace.get_current_span(self._propagator.extract({"traceparent": place}))

    def end(self) -> None:
        """See `base.tracing.Tracer`."""
        self._provider.force_flush(LAST_MS)
