"""Further ways of streams: RTSP over UDP and over TLS by a real server, MJPEG by HTTP; parts and packets however they arrive."""

import hashlib
import itertools
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tests.vision.test_recognition import Clock, _now, at_once, camera, source  # noqa: F401 - fixtures
from tests.vision.test_streams import HERE, fault_of, quick, server, until  # noqa: F401 - fixtures
from tocsin.base.errors import InvalidInput
from tocsin.vision.cameras.models import Camera
from tocsin.vision.recognition import policy
from tocsin.vision.recognition.rules.multipart import Parts, boundary_of
from tocsin.vision.recognition.rules.rtsp.logins import CameraLogin
from tocsin.vision.recognition.rules.rtsp.messages import BrokenStream
from tocsin.vision.recognition.rules.rtsp.ordering import InOrder
from tocsin.vision.recognition.rules.sources import FetchFault, SourceKind
from tocsin.vision.recognition.services import working
from tocsin.vision.recognition.services.fetching import NoFrame
from tocsin.vision.recognition.services.streaming import KeyPicture, StreamReader
from tocsin.vision.recognition.services.working import FrameWorker

PERSON = Path(__file__).with_name("pictures") / "person.jpg"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A certificate that signed itself, as cameras bring one, with its key; and its SHA-256."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    kept = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "camera.pem"
    path.write_bytes(kept + made.public_bytes(encoding))
    return path, hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()


@pytest.fixture(scope="module")
def tls_port(server: tuple[int, int], certificate: tuple[Path, str]) -> Iterator[int]:  # noqa: F811
    """The same server behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[0])
    listening = socket.create_server((HERE, 0))

    def pump(one: socket.socket, other: socket.socket) -> None:
        try:
            while data := one.recv(65536):
                other.sendall(data)
        except OSError:
            pass
        for each in (one, other):
            each.close()

    def accept() -> None:
        while True:
            try:
                plain, _address = listening.accept()
            except OSError:
                return
            try:
                inside = context.wrap_socket(plain, server_side=True)
            except OSError:
                continue
            behind = socket.create_connection((HERE, server[0]))
            for pair in ((inside, behind), (behind, inside)):
                threading.Thread(target=pump, args=pair, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


class Mjpeg(BaseHTTPRequestHandler):
    """/open sends pictures with lengths, /plain without; /closed asks for a login; /page is none."""

    def do_GET(self) -> None:
        if self.path == "/closed" and "admin" not in self.headers.get("Authorization", ""):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Digest realm="camera", nonce="1", qop="auth"')
            self.end_headers()
            return
        self.send_response(200)
        kind = "text/html" if self.path == "/page" else "multipart/x-mixed-replace; boundary=--frame"
        self.send_header("Content-Type", kind)
        self.end_headers()
        data = PERSON.read_bytes()
        length = b"" if self.path == "/plain" else f"Content-Length: {len(data)}\r\n".encode()
        try:
            for _number in range(50):
                self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\n" + length + b"\r\n" + data + b"\r\n")
                threading.Event().wait(0.05)
        except OSError:
            return

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def mjpeg() -> Iterator[str]:
    made = ThreadingHTTPServer((HERE, 0), Mjpeg)
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://{HERE}:{made.server_port}"
    made.shutdown()
    made.server_close()


def of_kind(found: NoFrame | None, fault: FetchFault) -> NoFrame | None:
    return found if found is not None and found.fault is fault else None


def newest_of(reader: StreamReader) -> KeyPicture | None:
    """The newest picture; None also where a try failed: on a busy machine the first one may, and the reader tries again."""
    try:
        return reader.take()[0]
    except NoFrame:
        return None


def test_a_stream_over_udp_is_read(server: tuple[int, int], quick: policy.RecognitionPolicy) -> None:  # noqa: F811
    readers = [
        StreamReader(f"rtspu://{HERE}:{server[0]}/h264", None, quick),
        StreamReader(f"rtspu://{HERE}:{server[1]}/h264", CameraLogin("admin", "12345"), quick),
    ]
    try:
        for one in readers:
            assert until(lambda one=one: newest_of(one)).codec == "h264"
    finally:
        for one in readers:
            one.end(3)


def test_a_stream_over_tls_is_read_once_its_certificate_is_known(
    tls_port: int,
    certificate: tuple[Path, str],
    quick: policy.RecognitionPolicy,  # noqa: F811
) -> None:
    address, login = f"rtsps://{HERE}:{tls_port}/h264", CameraLogin("admin", "12345")
    reader = StreamReader(address, login, quick)
    try:
        fault = until(lambda: of_kind(fault_of(reader), FetchFault.CERTIFICATE))
        assert fault.detail == certificate[1]
    finally:
        reader.end(3)
    known = msgspec.structs.replace(quick, streams=msgspec.structs.replace(quick.streams, certificates=(certificate[1],)))
    reader = StreamReader(address, login, known)
    try:
        assert until(lambda: newest_of(reader)).codec == "h264"
    finally:
        reader.end(3)


@pytest.mark.parametrize("path", ["open", "plain", "closed"])
def test_mjpeg_is_read_without_a_decoder(mjpeg: str, quick: policy.RecognitionPolicy, path: str) -> None:  # noqa: F811
    reader = StreamReader(f"{mjpeg}/{path}", CameraLogin("admin", "12345"), quick)
    try:
        picture = until(lambda: newest_of(reader))
        assert (picture.codec, picture.data) == ("mjpeg", PERSON.read_bytes())
    finally:
        reader.end(3)


def test_what_is_no_mjpeg_or_asks_for_a_login_is_told(mjpeg: str, quick: policy.RecognitionPolicy) -> None:  # noqa: F811
    for path, fault in (("page", FetchFault.BROKEN), ("closed", FetchFault.LOGIN)):
        reader = StreamReader(f"{mjpeg}/{path}", None, quick)
        try:
            until(lambda one=reader, fault=fault: of_kind(fault_of(one), fault))
        finally:
            reader.end(3)


@pytest.mark.django_db
def test_frames_of_mjpeg_are_judged_without_the_extra(
    camera: Camera,  # noqa: F811
    mjpeg: str,
    quick: policy.RecognitionPolicy,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "recognition_policy", lambda: quick)
    monkeypatch.setattr("tocsin.vision.recognition.services.streams.can_decode", lambda: False)
    made, clock = source(camera, SourceKind.STREAM, f"{mjpeg}/open"), Clock()
    worker = FrameWorker([camera.pk], clock)

    def round_now() -> bool | None:
        for one in worker.watched.values():
            one.next_s = 0
        clock.seconds += 1
        return worker.do_round(clock.seconds, at_once) or None

    try:
        until(round_now)
        worker.write()
    finally:
        worker.end()
    made.refresh_from_db()
    assert (made.frames, made.fault) == (1, "")


@pytest.mark.django_db
def test_an_address_of_another_kind_is_refused(camera: Camera) -> None:  # noqa: F811
    with pytest.raises(InvalidInput, match="begins with rtsp"):
        source(camera, SourceKind.STREAM, "ftp://camera/1")


BODY = (
    b"--frame\r\nContent-Length: 5\r\n\r\n\xff\xd8one\r\n--frame\r\n\r\n\xff\xd8two\r\n--frame\r\n\r\nno picture\r\n--frame\r\n"
)


@pytest.mark.one_database
@given(st.lists(st.integers(0, len(BODY)), max_size=8))
def test_pictures_are_the_same_however_their_bytes_arrive(cuts: list[int]) -> None:
    parts, places = Parts(b"--frame", 100), [0, *sorted(cuts), len(BODY)]
    found = [one for start, end in itertools.pairwise(places) for one in parts.feed(BODY[start:end])]
    assert found == [b"\xff\xd8one", b"\xff\xd8two"]


@pytest.mark.one_database
@pytest.mark.parametrize(
    "data",
    [
        b"--frame\r\nContent-Length: -1\r\n\r\n",
        b"--frame\r\nContent-Length: 101\r\n\r\n",
        b"--frame" + bytes(20_000),
        bytes(20_000),
    ],
)
def test_what_can_be_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenStream):
        Parts(b"--frame", 100).feed(data)


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["", "image/jpeg", "multipart/x-mixed-replace", "multipart/x-mixed-replace; boundary="])
def test_an_answer_of_another_kind_is_refused(kind: str) -> None:
    with pytest.raises(BrokenStream):
        boundary_of(kind)


@pytest.mark.one_database
@given(st.permutations(range(12)), st.integers(0, 65535))
def test_packets_come_in_order_once_where_none_is_overtaken_by_sixteen(order: list[int], first: int) -> None:
    def packet(number: int) -> bytes:
        return bytes(2) + ((first + number) & 0xFFFF).to_bytes(2)

    ordered = InOrder()
    ordered.feed(packet(0))
    found = [one for number in order for one in ordered.feed(packet(number + 1))]
    assert found == [packet(number + 1) for number in range(12)]


@pytest.mark.one_database
def test_a_packet_that_never_comes_holds_nothing_up() -> None:
    ordered = InOrder()
    found = [one for number in range(40) if number != 3 for one in ordered.feed(bytes(2) + number.to_bytes(2))]
    assert [int.from_bytes(one[2:]) for one in found] == [number for number in range(40) if number != 3]
