"""The HTTP door: `POST /v1/readings` with Basic authentication; the answer 202 means that the readings are in the log.

What a device says of itself is posted to `/v1/attributes`: 202 means that the database has it.

Observations of SensorThings are posted here, too (`rules.observations`): 201 means that they are in the log. At `/v1/enrol` a
device that has no secret yet gets one for a key (`services.enrolling`).
"""

import asyncio
import base64
import binascii
import contextlib
import logging
import math
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

import msgspec
import uvicorn

from tocsin.base.errors import InvalidInput, TocsinError, Unavailable
from tocsin.base.log_fields import bind
from tocsin.sensing.certificates.rules.reading import read_header
from tocsin.sensing.doors.api.http_connection import connections_among
from tocsin.sensing.doors.rules.faults import Fault
from tocsin.sensing.doors.rules.observations import ROOT, Posted, add_observed, posted_to, read_posted
from tocsin.sensing.doors.rules.payload import read_payload
from tocsin.sensing.doors.rules.settings import refuse_in_clear
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.doors.rules.unread import Message
from tocsin.sensing.doors.services.enrolling import LARGEST_BYTES, enrol
from tocsin.sensing.doors.services.gatehouse import ClosedError, Gatehouse
from tocsin.sensing.doors.services.proofs import Presented, prove
from tocsin.sensing.doors.services.strangers import Complaints, Strangers
from tocsin.sensing.quarantine.rules import Form, Reason

if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.settings import DoorSettings
    from tocsin.sensing.doors.services.loading import KnownDevice

log = logging.getLogger(__name__)

NAME = "http"
PATH = "/v1/readings"
ATTRIBUTES = "/v1/attributes"
ENROL = "/v1/enrol"
CHALLENGE = (b"www-authenticate", b'Basic realm="tocsin", charset="UTF-8"')
FAULTS_SHOWN = 20
MOST_ENROLLING = 16  # requests at once, of whoever asks: each takes a moment of the one thread that speaks to the database
STOP_S = 1
SWEEP_S = 0.5

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Answer = tuple[int, object, tuple[tuple[bytes, bytes], ...]]
"""Status, document, headers."""


class HttpError(TocsinError):
    """A request that gets no 202: its status and what the sender should do."""

    def __init__(self, status: int, text: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers


class HttpDoor:
    """The HTTP listener of this process."""

    def __init__(self) -> None:
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._sweeping: asyncio.Task[None] | None = None

    async def open(self, gatehouse: Gatehouse, configuration: "DoorSettings") -> None:
        """See `Door.open`."""
        host, port = configuration.door_hosts["http"], configuration.door_ports["http"]
        mend = "set TOCSIN_DOOR_HTTP_HOST=127.0.0.1 and put a proxy that ends HTTPS in front of it"
        refuse_in_clear(configuration, NAME, mend)
        self._strangers, policy = Strangers(gatehouse.policy.strangers), gatehouse.policy.http
        logging.getLogger("uvicorn.error").addFilter(Complaints(log))
        config = uvicorn.Config(
            Application(gatehouse, configuration.certificate_header.encode()),
            http=connections_among(self._strangers, configuration.trusted_proxies),
            limit_concurrency=policy.requests,
            host=host,
            port=port,
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=bool(configuration.trusted_proxies),
            forwarded_allow_ips=list(configuration.trusted_proxies),
            interface="asgi3",
            ws="none",
            timeout_graceful_shutdown=STOP_S,
        )
        listener = listening_socket(config)
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        self._sweeping = asyncio.create_task(self._sweep(gatehouse))
        log.info("HTTP door open on http://%s:%d%s", host, port, PATH)

    def stop_reading(self) -> None:
        """See `Door.stop_reading`."""
        if self._server is not None:
            self._server.should_exit = True

    async def close(self) -> None:
        """See `Door.close`."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        if self._serving is not None:
            await self._serving

    async def _sweep(self, gatehouse: Gatehouse) -> None:
        loop, complaints = asyncio.get_running_loop(), Complaints(log)
        while True:
            await asyncio.sleep(SWEEP_S)
            self._strangers.policy, policy = gatehouse.policy.strangers, gatehouse.policy.http
            if late := self._strangers.end_late(loop.time() - policy.login_within_s):
                complaints.tell(loop.time(), logging.WARNING, "%d HTTP connections sent no login in time and were closed", late)


def listening_socket(config: uvicorn.Config) -> socket.socket:
    """A socket at the door's address; Unavailable where that is taken. What it accepts sends each answer at once."""
    try:
        found = config.bind_socket()
    except SystemExit as error:  # how uvicorn says that an address is taken
        mend = "name another port by TOCSIN_DOOR_HTTP_PORT"
        raise Unavailable(f"the HTTP door can't open {config.host}:{config.port}; {mend}") from error
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return found


class _Server(uvicorn.Server):
    """Signals are the door process's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Application:
    """The ASGI application."""

    def __init__(self, gatehouse: Gatehouse, certificate_header: bytes = b"") -> None:
        """`certificate_header`: in which trusted proxies hand on the certificate of a device; empty: they hand on none."""
        self._gatehouse, self._certificate_header = gatehouse, certificate_header
        self._requests: Counter[str] = Counter()  # under way, by device
        self._enrolling = 0  # requests to enrol that are under way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: tuple[tuple[bytes, bytes], ...] = ()
        try:
            status, answer, headers = await self._take(scope, receive)
        except HttpError as error:
            status, answer, headers = error.status, _told(error, scope["path"]), error.headers
        body = msgspec.json.encode(answer)
        length = (b"content-length", str(len(body)).encode())
        closing = [(b"connection", b"close")] if status in (408, 413) else []  # the rest of the body is not read
        head = [(b"content-type", b"application/json"), length, *headers, *closing]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": body})

    async def _take(self, scope: Scope, receive: Receive) -> Answer:
        if scope["path"] == ENROL:
            return await self._enrol(scope, receive)
        posted = posted_to(scope["path"])
        if scope["path"] not in (PATH, ATTRIBUTES) and posted is None:
            raise HttpError(404, f"there is nothing here; readings are posted to {PATH}, attributes to {ATTRIBUTES}")
        if scope["method"] != "POST":
            raise HttpError(405, f"readings are posted to {PATH}, attributes to {ATTRIBUTES}", (b"allow", b"POST"))
        headers = dict(scope["headers"])
        device = await self._login(headers, scope)
        bind(device=device.code)
        connection = scope.get("state", {}).get("connection")
        if connection is not None:
            connection.known()
        if wait_s := self._gatehouse.quotas.wait_s(device, asyncio.get_running_loop().time()):
            text = f"more than {self._gatehouse.quotas.per_min(device)} readings a minute; send the same again later"
            raise HttpError(429, text, (b"retry-after", str(math.ceil(wait_s)).encode()))
        most = self._gatehouse.policy.http.requests_per_device
        if self._requests[device.code] >= most:
            raise HttpError(429, f"{most} requests of this device are under way already", (b"retry-after", b"1"))
        self._requests[device.code] += 1
        try:
            body = await self._body(headers, receive, device)
            if scope["path"] == ATTRIBUTES:
                return await self._state(device, body)
            return await (self._append(device, body) if posted is None else self._observe(device, body, posted, scope["path"]))
        finally:
            self._requests[device.code] -= 1
            if not self._requests[device.code]:
                del self._requests[device.code]

    async def _enrol(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            raise HttpError(405, f"a key for enrolment is posted to {ENROL}", (b"allow", b"POST"))
        body = await self._receive(receive, LARGEST_BYTES)
        if len(body) > LARGEST_BYTES:
            raise HttpError(413, f"a body of more than {LARGEST_BYTES} bytes")
        if self._enrolling >= MOST_ENROLLING:
            raise HttpError(503, "many devices enrol just now; send the same again", (b"retry-after", b"5"))
        address, now_s = (scope.get("client") or ("unknown",))[0], asyncio.get_running_loop().time()
        self._enrolling += 1
        try:
            status, document = await enrol(self._gatehouse, NAME, body, address, now_s)
        finally:
            self._enrolling -= 1
        wait = round(self._gatehouse.policy.login.window_s) if status == 429 else 5
        return status, document, ((b"retry-after", str(wait).encode()),) if status in (429, 503) else ()

    async def _login(self, headers: dict[bytes, bytes], scope: Scope) -> "KnownDevice":
        certificate = self._certificate(scope)
        authorization = headers.get(b"authorization", b"")
        code, secret = _credentials(authorization) if authorization or not certificate else ("", b"")
        presented = Presented(code, secret, certificate, (scope.get("client") or ("unknown",))[0])
        try:
            device, _proof = await prove(self._gatehouse, NAME, presented, asyncio.get_running_loop().time())
        except ClosedError:
            text = "too many failed logins; wait a minute"
            raise HttpError(429, text, (b"retry-after", str(round(self._gatehouse.policy.login.window_s)).encode())) from None
        if device is None:
            raise HttpError(401, "wrong device code, secret or certificate", CHALLENGE)
        return device

    def _certificate(self, scope: Scope) -> bytes:
        """The certificate (DER) that a trusted proxy hands on, whose key it has had proved; others are not believed."""
        connection = scope.get("state", {}).get("connection")
        if not self._certificate_header or connection is None or not connection.is_of_proxy:
            return b""
        values = [value for name, value in scope["headers"] if name == self._certificate_header and value.strip()]
        if len(values) > 1:
            raise HttpError(400, "two certificates: the proxy must set its header, not add to one of the device")
        try:
            return read_header(values[0].strip()) if values else b""
        except InvalidInput as error:
            raise HttpError(400, f"the certificate that the proxy hands on can't be read: {error.in_english}") from error

    async def _body(self, headers: dict[bytes, bytes], receive: Receive, device: "KnownDevice") -> bytes:
        largest = self._gatehouse.policy.payload.largest_bytes
        announced = headers.get(b"content-length", b"0")
        size = int(announced) if announced.isdigit() else 0
        body = b"" if size > largest else await self._receive(receive, largest)
        if max(len(body), size) > largest:
            why = InvalidInput("a body of more than %(bytes)s bytes; send it in parts", bytes=largest)
            self._gatehouse.ledger.count(device.code, 1, rejected=1)
            self._gatehouse.ledger.set_aside(device.code, NAME, Fault(Reason.TOO_LARGE, why, ""))
            raise HttpError(413, why.in_english)
        if not body.strip():
            raise HttpError(
                400, 'the body is empty; send {"ts": …, "values": {"channel": number}}, a list of such, or one a line'
            )
        return body

    async def _receive(self, receive: Receive, most: int) -> bytes:
        """The body, or its beginning where it has more bytes than `most`."""
        within_s = self._gatehouse.policy.http.body_within_s
        body, more = bytearray(), True
        try:
            async with asyncio.timeout(within_s):
                while more and len(body) <= most:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise HttpError(400, "the request ended before its body")
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
        except TimeoutError:
            raise HttpError(408, f"the body did not arrive within {within_s:g} s; send it in parts") from None
        return bytes(body)

    async def _observe(self, device: "KnownDevice", body: bytes, posted: Posted, path: str) -> Answer:
        """Observations: each gets its address once it is in the log."""
        await self._wait_for_room()
        columns, times = self._gatehouse.intake.columns, self._gatehouse.times()
        results = [
            one if isinstance(one, Fault) else add_observed(one, device.channels, times, columns)
            for one in read_posted(body, posted)
        ]
        faults = [one for one in results if isinstance(one, Fault)]
        self._account(device, faults, len(results) - len(faults))
        await self._safe(Message(NAME, Form.OBSERVATIONS, path, body), device, faults, times, accepted=len(faults) < len(results))
        if not posted.together:
            if faults:
                raise HttpError(400, f"not kept: {faults[0].why.in_english}")
            address = f"{ROOT}/Observations('{results[0]}')"
            return 201, {"@iot.id": results[0], "@iot.selfLink": address}, ((b"location", address.encode()),)
        if len(results) == len(faults) == 1 and faults[0].reason is Reason.UNREADABLE:
            raise HttpError(400, f"not kept: {faults[0].why.in_english}")
        return 201, ["error" if isinstance(one, Fault) else f"{ROOT}/Observations('{one}')" for one in results], ()

    def _account(self, device: "KnownDevice", faults: list[Fault], accepted: int) -> None:
        """Counts a message, charges it, and sets aside what can't be read."""
        gatehouse = self._gatehouse
        gatehouse.ledger.count(device.code, 1, rejected=1 if faults else 0, door=NAME)
        gatehouse.charge(NAME, device, max(1, accepted, len(faults)), asyncio.get_running_loop().time())
        for fault in faults:
            gatehouse.ledger.set_aside(device.code, NAME, fault)

    async def _append(self, device: "KnownDevice", body: bytes) -> Answer:
        gatehouse = self._gatehouse
        await self._wait_for_room()
        columns, times = gatehouse.intake.columns, gatehouse.times()
        before = len(columns)
        faults = read_payload(body, device.channels, times, columns)
        accepted = len(columns) - before
        self._account(device, faults, accepted)
        await self._safe(Message(NAME, Form.READINGS, PATH, body), device, faults, times, accepted=accepted > 0)
        if not accepted and faults and all(fault.reason is Reason.UNREADABLE for fault in faults):
            raise HttpError(400, f"the body can't be read: {faults[0].why.in_english}")
        return _accepted(accepted, faults)

    async def _state(self, device: "KnownDevice", body: bytes) -> Answer:
        """Attributes: answered when the database has them."""
        gatehouse = self._gatehouse
        await self._wait_for_room()
        taken = gatehouse.take_attributes(NAME, body, device, gatehouse.times(), asyncio.get_running_loop().time())
        self._account(device, taken.faults, 0)
        if taken.position:
            await self._in_the_database(taken.position)
        elif taken.faults:
            raise HttpError(400, f"not kept: {taken.faults[0].why.in_english}")
        return _accepted(taken.count, taken.faults)

    async def _wait_for_room(self) -> None:
        intake = self._gatehouse.intake
        if self._gatehouse.keeper.is_full:
            raise HttpError(503, "the database does not answer; send the same again", (b"retry-after", b"5"))
        if intake.is_full:
            room = asyncio.Event()
            intake.hold_back(room.set)
            await self._patiently(room)

    async def _safe(self, message: Message, device: "KnownDevice", faults: list[Fault], times: Times, *, accepted: bool) -> None:
        """Returns when what was taken of it is in the log, and what could not be read is kept."""
        position = self._gatehouse.keep(message, device, faults, times) if faults else 0
        if accepted:
            known = asyncio.Event()
            self._gatehouse.intake.tell(known.set)
            await self._patiently(known)
        if position:
            await self._in_the_database(position)

    async def _in_the_database(self, position: int) -> None:
        kept = asyncio.Event()
        self._gatehouse.keeper.tell(position, kept.set)
        await self._patiently(kept, "the database does not answer; send the same again")

    async def _patiently(self, answer: asyncio.Event, text: str = "the log does not answer; send the same again") -> None:
        try:
            async with asyncio.timeout(self._gatehouse.policy.log.answer_within_s):
                await answer.wait()
        except TimeoutError:
            raise HttpError(503, text, (b"retry-after", b"5")) from None


def _accepted(count: int, faults: list[Fault]) -> Answer:
    shown = [{"reason": one.reason.value, "where": one.why.in_english, "sample": one.sample} for one in faults[:FAULTS_SHOWN]]
    return 202, {"accepted": count, "quarantined": shown, "quarantined_count": len(faults)}, ()


def _told(error: HttpError, path: str) -> dict[str, object]:
    """The error's document; that of SensorThings below its root."""
    told: dict[str, object] = {"message": str(error)}
    return {"error": {"code": str(error.status), "message": str(error)}} | told if path.startswith(ROOT) else told


def _credentials(header: bytes) -> tuple[str, bytes]:
    """Device code and secret of a Basic Authorization header (RFC 7617); 401 where there is none."""
    scheme, _, encoded = header.partition(b" ")
    try:
        code, colon, secret = base64.b64decode(encoded.strip(), validate=True).partition(b":")
        if scheme.lower() == b"basic" and colon:
            return code.decode("utf-8"), secret
    except (binascii.Error, UnicodeDecodeError) as error:
        raise HttpError(401, "the Authorization header can't be read", CHALLENGE) from error
    raise HttpError(401, "send device code and secret by Basic authentication", CHALLENGE)
