"""The longest request body that is read at all: Django writes a body to disk before anybody has looked at who sends it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

type Message = Mapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

ANSWER = b'{"code": "too_large", "message": "This request is larger than the server takes.", "detail": null}'


class RequestLimit:
    """An ASGI application around another one: 413 for a body of more than `largest_bytes()`, announced or not."""

    def __init__(self, application: Application, largest_bytes: Callable[[], int]) -> None:
        self._application = application
        self._largest_bytes = largest_bytes

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._application(scope, receive, send)
        most = self._largest_bytes()
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        received, too_large = 0, announced.isdigit() and (len(announced) > 19 or int(announced) > most)

        async def receive_within_limit() -> Message:
            """To the application a request that is too large looks like a client that left."""
            nonlocal received, too_large
            message = await receive()
            received += len(message.get("body", b""))
            too_large = too_large or received > most
            return {"type": "http.disconnect"} if too_large else message

        if not too_large:
            await self._application(scope, receive_within_limit, send)
        if too_large:
            headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
            await send({"type": "http.response.start", "status": 413, "headers": headers})
            await send({"type": "http.response.body", "body": ANSWER})
        return None
