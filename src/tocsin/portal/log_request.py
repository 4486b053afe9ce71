"""Lines of the log that a request causes carry its id, which the answer names, too."""

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from tocsin.base.ids import new_id
from tocsin.base.log_fields import bind, bind_only

HEADER: Final = "X-Request-ID"


class LogRequest(MiddlewareMixin):
    """The outermost: an id of our own for each request, and the case, alarm, device or sensor that stands in its address."""

    def process_request(self, request: HttpRequest) -> None:
        """Whatever a thread did before is forgotten; an id that the sender names is not believed."""
        request.log_id = new_id().hex  # type: ignore[attr-defined]  # named by process_response
        bind_only(request=request.log_id)  # type: ignore[attr-defined]

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

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Who tells of a failure can name it."""
        response.headers[HEADER] = request.log_id  # type: ignore[attr-defined]
        return response


def _id_in(arguments: Mapping[str, object], name: str) -> str:
    """The UUID in canonical form; empty where there is none, so that no text from outside is bound."""
    value = arguments.get(name, "")
    try:
        return str(value if isinstance(value, UUID) else UUID(str(value)))
    except ValueError:
        return ""
