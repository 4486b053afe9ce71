"""Lines of the log that a request causes carry its id, which the answer names, too; its work is one span."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tocsin.base import tracing
from tocsin.base.ids import new_id
from tocsin.base.log_fields import bind, bind_only

HEADER: Final = "X-Request-ID"


class LogRequest:
    """The outermost: an id of our own for each request, and the case, alarm, device or sensor that stands in its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Whatever a thread did before is forgotten; an id or a trace that the sender names is not believed."""
        identity = new_id().hex
        bind_only(request=identity)
        with tracing.span("request", request=identity, method=request.method or ""):
            response = self._get_response(request)
            if tracing.is_on():
                match = request.resolver_match
                tracing.tell(route=match.route if match is not None else "", status=response.status_code)
        response.headers[HEADER] = identity
        return response

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: object, view_kwargs: dict[str, object]
    ) -> None:
        """Ids as they stand in the address: others than UUIDs may hold anything."""
        if case := _id_in(view_kwargs, "case_id"):
            bind(case=case)
        if alarm := _id_in(view_kwargs, "alarm_id"):
            bind(alarm=alarm)
        if device := _id_in(view_kwargs, "device_id"):
            bind(device=device)
        if sensor := _id_in(view_kwargs, "sensor_id"):
            bind(sensor=sensor)


def _id_in(arguments: Mapping[str, object], name: str) -> str:
    """The UUID in canonical form; empty where there is none, so that no text from outside is bound."""
    value = arguments.get(name, "")
    try:
        return str(value if isinstance(value, UUID) else UUID(str(value)))
    except ValueError:
        return ""
