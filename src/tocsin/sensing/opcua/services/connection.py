"""A connection to a server of OPC UA, within bounds: to the address that the gate let through, no more than is allowed, and no
password in the clear; what fails on it in words. Loaded by no process but the one of `child`.
"""

import logging
from collections.abc import Callable
from typing import Final

from asyncua import ua
from asyncua.client.client import Client
from asyncua.client.ua_client import UaClient, UASocketProtocol
from asyncua.common.connection import TransportLimits
from asyncua.crypto import security_policies
from asyncua.ua.uaerrors import UaStatusCodeError
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key

from tocsin.base.errors import TocsinError, Unavailable
from tocsin.sensing.opcua.rules.orders import Limits, Order
from tocsin.sensing.opcua.rules.places import Security, check_endpoint

logging.getLogger("asyncua").setLevel(logging.CRITICAL + 1)  # what fails is told here, with its server

CHUNK: Final = 65_535  # bytes that a server may send in one piece (Part 6, 7.1.2.3)
LEAST_SENT: Final = 8_192
BASIC: Final = security_policies.SecurityPolicyBasic256Sha256
MODES: Final = {
    Security.NONE: ua.MessageSecurityMode.None_,
    Security.SIGN: ua.MessageSecurityMode.Sign,
    Security.SIGN_AND_ENCRYPT: ua.MessageSecurityMode.SignAndEncrypt,
}
REFUSED_LOGIN: Final = (
    ua.uaerrors.BadUserAccessDenied,
    ua.uaerrors.BadIdentityTokenRejected,
    ua.uaerrors.BadIdentityTokenInvalid,
)
REFUSED_CERTIFICATE: Final = (
    ua.uaerrors.BadSecurityChecksFailed,
    ua.uaerrors.BadCertificateUntrusted,
    ua.uaerrors.BadCertificateInvalid,
    ua.uaerrors.BadCertificateUriInvalid,
)


class OwnLimits(TransportLimits):
    """Ours hold whatever a server says it will keep to; only what it takes may be less."""

    def update_client_limits(self, msg: ua.Acknowledge) -> None:
        self.max_send_buffer = max(LEAST_SENT, min(self.max_send_buffer, int(msg.ReceiveBufferSize)))


class BoundedProtocol(UASocketProtocol):
    """Ends the connection at the head of a piece that is too large, before any of it is kept."""

    def data_received(self, data: bytes) -> None:
        head = ((self.receive_buffer or b"") + data[:8])[:8]
        if len(head) == 8 and int.from_bytes(head[4:8], "little") > CHUNK:
            self.receive_buffer = None
            if self.transport is not None:
                self.transport.abort()
            return
        super().data_received(data)


class BoundedClient(UaClient):
    """Tells at once when the connection is gone."""

    def __init__(self, limits: Limits, lost: Callable[[], None]) -> None:
        super().__init__(limits.answer_within_s)
        self._limits, self._lost = limits, lost

    def _make_protocol(self) -> UASocketProtocol:
        most = self._limits.message_bytes
        bounded = OwnLimits(CHUNK, CHUNK, most // LEAST_SENT + 1, most)
        self.protocol = BoundedProtocol(self._timeout, security_policy=self.security_policy, limits=bounded)
        self.protocol.on_connection_lost = self._on_transport_lost
        self.protocol.is_session_closing = self._is_session_closing
        return self.protocol

    def _on_transport_lost(self, _exc: Exception | None) -> None:
        super()._on_transport_lost(_exc)
        self._lost()


class GatedClient(Client):
    """Connects to the address that the gate has let through, and sends no password in the clear."""

    def __init__(self, order: Order, lost: Callable[[], None]) -> None:
        super().__init__(order.endpoint, timeout=order.limits.answer_within_s)
        self.uaclient = BoundedClient(order.limits, lost)
        self.name = self.description = "Tocsin"
        self.product_uri = "urn:tocsin"
        self.application_uri = order.application_uri or "urn:tocsin"
        self.session_timeout = round(order.limits.session_s * 1000)
        self.address = ""
        self.host, self.port = check_endpoint(order.endpoint)
        if order.user:
            self.set_user(order.user)
            self.set_password(order.password)

    async def connect_socket(self) -> None:
        await self.uaclient.connect_socket(self.address, self.port)

    def secure(self, order: Order) -> None:
        """From here on by the certificates of the order; without security where it wants none."""
        mode = MODES[Security(order.security)]
        if mode is ua.MessageSecurityMode.None_ or order.work == "certificates":
            return
        policy = BASIC(  # type: ignore[no-untyped-call]
            x509.load_der_x509_certificate(order.server_certificate),
            x509.load_der_x509_certificate(order.client_certificate),
            load_der_private_key(order.client_key, None),
            mode,
        )
        self.security_policy = policy  # type: ignore[assignment]
        self.uaclient.set_security(policy)

    def server_policy(self, token_type: ua.UserTokenType) -> ua.UserTokenPolicy:
        found = super().server_policy(token_type)
        in_clear = not found.SecurityPolicyUri or found.SecurityPolicyUri == security_policies.SecurityPolicyNone.URI
        if token_type == ua.UserTokenType.UserName and in_clear and self.security_policy.Mode != MODES[Security.SIGN_AND_ENCRYPT]:
            raise Unavailable("the server wants the password in the clear: choose Sign and encrypt")
        return found


class told:  # noqa: N801 - used like a function
    """What fails inside becomes Unavailable, in words."""

    def __init__(self, host: str) -> None:
        self._host = host

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if error is None or isinstance(error, TocsinError):
            return
        if isinstance(error, REFUSED_LOGIN):
            raise Unavailable("the server refuses the user or the password") from None
        if isinstance(error, REFUSED_CERTIFICATE):
            raise Unavailable(
                "the server does not trust Tocsin's certificate yet: trust it there, its fingerprint is on this page"
            ) from None
        if isinstance(error, UaStatusCodeError):
            raise Unavailable("the server refuses: %(status)s", status=ua.StatusCode(error.code).name) from None
        if isinstance(error, (OSError, TimeoutError)):
            raise Unavailable("%(host)s does not answer; look at its power and its network", host=self._host) from None
        if isinstance(error, Exception):  # whatever its reader stumbles over in what a server sends
            raise Unavailable(
                "%(host)s answers what is no OPC UA of this security: %(why)s", host=self._host, why=str(error)[:200]
            ) from None


class ignoring:  # noqa: N801 - used like a function
    """What fails inside was the end of something that is over."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> bool:
        return error is None or isinstance(error, Exception)
