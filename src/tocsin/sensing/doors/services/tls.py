"""TLS that asks whoever comes for a certificate and takes any: OpenSSL proves that they hold its key, others judge who they are.

The `ssl` module can ask only for certificates that end in an authority that it was given before: one that a person pinned by
its fingerprint, or that has expired, would end in the handshake without a word of why. pyOpenSSL can; this class stands where
asyncio expects a context of `ssl` and has its handshake done there (docs/decisions/0041-client-certificates.md).
"""

import ssl
from typing import Final, Self, cast

from OpenSSL import SSL, crypto

from tocsin.base.errors import InvalidInput

CIPHERS: Final = b"@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM"  # as those of `ssl`
DEEPEST: Final = 1  # certificates behind the device's own that OpenSSL looks at: none of them counts
LARGEST_HANDSHAKE_BYTES: Final = 32_768  # from a client until its handshake is done: some kilobytes are usual
READ_BYTES: Final = 65_536
SESSIONS: Final = b"tocsin"


class AskingContext(ssl.SSLContext):
    """A server's TLS of 1.2 or later that asks for a certificate and does not need one."""

    openssl: SSL.Context

    def __new__(cls, openssl: SSL.Context) -> Self:
        made = super().__new__(cls, ssl.PROTOCOL_TLS_SERVER)
        made.openssl = openssl
        return made

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """One connection; see `ssl.SSLContext.wrap_bio`."""
        return cast("ssl.SSLObject", AskingConnection(SSL.Connection(self.openssl, None), incoming, outgoing))


class AskingConnection:
    """What asyncio uses of `ssl.SSLObject`, over a connection of pyOpenSSL."""

    def __init__(self, connection: SSL.Connection, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO) -> None:
        connection.set_accept_state()
        self._connection, self._incoming, self._outgoing = connection, incoming, outgoing
        self._handshake_bytes = 0

    def do_handshake(self) -> None:
        """Goes on with it; SSLWantReadError where the client has to say more."""
        self._handshake_bytes += self._incoming.pending
        if self._handshake_bytes > LARGEST_HANDSHAKE_BYTES:
            raise ssl.SSLError("a handshake of too many bytes")
        self._feed()
        try:
            self._connection.do_handshake()
        except SSL.Error as error:
            raise _error_of(error) from error
        finally:
            self._drain()

    def read(self, length: int, buffer: memoryview | None = None) -> bytes | int:
        """What has arrived, empty (or 0) at the end; SSLWantReadError where nothing has."""
        self._feed()
        try:
            data = self._connection.recv(length)
        except SSL.ZeroReturnError:
            data = b""
        except SSL.Error as error:
            raise _error_of(error) from error
        finally:
            self._drain()
        if buffer is None:
            return data
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """How many bytes of it were taken."""
        try:
            return self._connection.send(data)
        except SSL.Error as error:
            raise _error_of(error) from error
        finally:
            self._drain()

    def unwrap(self) -> None:
        """Says goodbye; SSLWantReadError until the client has said it, too."""
        self._feed()
        try:
            is_over = self._connection.shutdown()
        except SSL.Error as error:
            raise _error_of(error) from error
        finally:
            self._drain()
        if not is_over:
            raise ssl.SSLWantReadError

    def peer_certificate(self) -> bytes:
        """The certificate of the client (DER), whose key it has proved to hold; empty where it has shown none."""
        found = self._connection.get_peer_certificate()
        return b"" if found is None else crypto.dump_certificate(crypto.FILETYPE_ASN1, found)

    def getpeercert(self) -> dict[str, object]:
        """Nothing: `ssl` tells only of certificates that it has checked."""
        return {}

    def cipher(self) -> tuple[str, str, int] | None:
        """Name, protocol and bits of the cipher in use."""
        name, bits = self._connection.get_cipher_name(), self._connection.get_cipher_bits()
        return None if name is None else (name, self._connection.get_protocol_version_name(), bits or 0)

    def compression(self) -> None:
        """Never in use."""

    def _feed(self) -> None:
        while data := self._incoming.read(READ_BYTES):
            self._connection.bio_write(data)

    def _drain(self) -> None:
        while True:
            try:
                self._outgoing.write(self._connection.bio_read(READ_BYTES))
            except SSL.WantReadError:
                return


def asking_context(certificate: str, key: str) -> AskingContext:
    """TLS with this PEM certificate chain and key; InvalidInput where one is wrong."""
    made = SSL.Context(SSL.TLS_SERVER_METHOD)
    made.set_min_proto_version(SSL.TLS1_2_VERSION)
    made.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE)
    made.set_cipher_list(CIPHERS)
    made.set_session_cache_mode(SSL.SESS_CACHE_OFF)  # clients keep their tickets themselves
    made.set_session_id(SESSIONS)
    made.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_CLIENT_ONCE, _take_any)
    made.set_verify_depth(DEEPEST)
    try:
        made.use_certificate_chain_file(certificate)
        made.use_privatekey_file(key)
        made.check_privatekey()
    except SSL.Error as error:
        raise InvalidInput(f"the MQTT door's certificate {certificate} and key {key} can't be read: {error}") from error
    return AskingContext(made)


def certificate_of(transport: object) -> bytes:
    """What the other end of a transport has shown (DER); empty where it was not asked, or has none."""
    found = transport.get_extra_info("ssl_object") if hasattr(transport, "get_extra_info") else None
    return found.peer_certificate() if isinstance(found, AskingConnection) else b""


def _take_any(*_values: object) -> bool:
    """Who issued it, and until when it holds, is judged by `sensing.certificates`."""
    return True


def _error_of(error: SSL.Error) -> ssl.SSLError:
    if isinstance(error, SSL.WantReadError):
        return ssl.SSLWantReadError()
    return ssl.SSLError(f"TLS: {error!r}"[:300])
