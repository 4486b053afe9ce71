"""Streams: a real server's, and those of servers that hang, lie and send garbage; the decoder in its own process."""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from tests.languages import english as english
from tests.pages import words_of
from tests.people import signed_in
from tests.vision.test_recognition import Clock, _now, at_once, camera, source  # noqa: F401 - fixtures
from tocsin.base.errors import InvalidInput
from tocsin.vision.cameras.models import Camera
from tocsin.vision.health.models import CameraWatch
from tocsin.vision.recognition import policy
from tocsin.vision.recognition.models import CameraSecret, CameraSource
from tocsin.vision.recognition.rules.rtsp.logins import CameraLogin
from tocsin.vision.recognition.rules.sources import FetchFault, SourceKind
from tocsin.vision.recognition.services import working
from tocsin.vision.recognition.services.confined import ConfinedProcess, Fallen, Unhandled
from tocsin.vision.recognition.services.fetching import NoFrame
from tocsin.vision.recognition.services.secrets import login_of, seal_cameras_anew
from tocsin.vision.recognition.services.streaming import StreamReader
from tocsin.vision.recognition.services.streams import DECODER
from tocsin.vision.recognition.services.working import FrameWorker

pytestmark = pytest.mark.django_db
SYSTEM_PYTHON = Path("/usr/bin/python3")
HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, int]]:
    """Ports of GStreamer's server: the open one, the one that asks for a login."""
    program = [SYSTEM_PYTHON, Path(__file__).with_name("rtsp_server.py")]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.readline().split()
        if len(told) != 2:
            pytest.skip("GStreamer's RTSP server is missing: apt install python3-gi gir1.2-gst-rtsp-server-1.0 and its plug-ins")
        yield int(told[0]), int(told[1])
        process.kill()


@pytest.fixture
def quick() -> policy.RecognitionPolicy:
    """The policy with this machine allowed, and without patience."""
    kept = policy.recognition_policy()
    structs = msgspec.structs
    return structs.replace(
        kept,
        networks=(f"{HERE}/32",),
        fetching=structs.replace(kept.fetching, answer_within_s=1.0, longest_retry_s=1.0),
        streams=structs.replace(kept.streams, key_within_s=2.0, most_mbit_s=5.0),
    )


@pytest.fixture
def liar() -> Iterator[Callable[[bytes | None], int]]:
    """Makes a server that answers everything with the same bytes (None: with nothing, ever), and tells its port."""
    made: list[socket.socket] = []

    def serve(answer: bytes | None) -> int:
        listening = socket.create_server((HERE, 0))
        made.append(listening)

        def accept() -> None:
            while True:
                try:
                    peer, _address = listening.accept()
                except OSError:
                    return
                made.append(peer)
                try:
                    while answer is not None and peer.recv(4096):
                        peer.sendall(answer)
                except OSError:
                    continue

        threading.Thread(target=accept, daemon=True).start()
        return listening.getsockname()[1]

    yield serve
    for one in made:
        one.close()


def until[T](ask: Callable[[], T | None], within_s: float = 10.0) -> T:
    end_s = time.monotonic() + within_s
    while time.monotonic() < end_s:
        if (found := ask()) is not None:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come")


def fault_of(reader: StreamReader) -> NoFrame | None:
    try:
        reader.take()
    except NoFrame as failure:
        return failure
    return None


@pytest.mark.parametrize("path", ["h264", "h265"])
def test_frames_of_a_stream_are_judged_like_any(
    camera: Camera,  # noqa: F811
    server: tuple[int, int],
    quick: policy.RecognitionPolicy,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    monkeypatch.setattr(working, "recognition_policy", lambda: quick)
    made, clock = source(camera, SourceKind.STREAM, f"rtsp://{HERE}:{server[0]}/{path}"), Clock()
    worker = FrameWorker([camera.pk], clock)

    def round_now() -> bool | None:
        for one in worker.watched.values():
            one.next_s = 0
        clock.seconds += 1
        return worker.do_round(clock.seconds, at_once) or None

    try:
        until(round_now)
        until(round_now)
        worker.write()
    finally:
        worker.end()
    made.refresh_from_db()
    assert (made.frames, made.fault) == (2, "")
    assert CameraWatch.objects.get().by_itself


def test_a_login_is_answered_by_digest_and_a_wrong_one_is_told(server: tuple[int, int], quick: policy.RecognitionPolicy) -> None:
    address = f"rtsp://{HERE}:{server[1]}/h264"
    right = StreamReader(address, CameraLogin("admin", "12345"), quick)
    wrong = [StreamReader(address, login, quick) for login in (None, CameraLogin("admin", "1"))]
    try:
        assert until(lambda: right.take()[0]).codec == "h264"
        for one in wrong:
            assert until(lambda one=one: fault_of(one)).fault is FetchFault.LOGIN
    finally:
        for one in (right, *wrong):
            one.end(3)


HEAD = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n"


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (None, FetchFault.NO_ANSWER),
        (b"\x00\xff" * 20_000, FetchFault.BROKEN),
        (b"HTTP/1.1 200 OK\r\n\r\n", FetchFault.BROKEN),
        (b"RTSP/1.0 302 Moved\r\nCSeq: 1\r\nLocation: rtsp://127.0.0.1:22/\r\n\r\n", FetchFault.STATUS),
        (b'RTSP/1.0 401 No\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="x"\r\n\r\n', FetchFault.LOGIN),
        (HEAD + b"Content-Length: 5\r\n\r\nv=0\r\n", FetchFault.BROKEN),
        ((b"$\x00\xff\xff" + bytes(65535)) * 70, FetchFault.TOO_LARGE),
    ],
    ids=["silence", "garbage", "http", "redirect", "unanswerable login", "no video", "flood"],
)
def test_a_server_that_lies_is_told_and_left(
    quick: policy.RecognitionPolicy, liar: Callable[[bytes | None], int], answer: bytes | None, fault: FetchFault
) -> None:
    reader = StreamReader(f"rtsp://{HERE}:{liar(answer)}/1", None, quick)
    try:
        assert until(lambda: fault_of(reader)).fault is fault
    finally:
        reader.end(3)


def test_an_address_inside_is_not_connected_to_unless_policy_names_its_network(liar: Callable[[bytes | None], int]) -> None:
    reader = StreamReader(f"rtsp://localhost:{liar(None)}/1", None, policy.recognition_policy())
    assert until(lambda: fault_of(reader)).fault is FetchFault.INSIDE
    reader.end(3)


def decoder(**more: int) -> ConfinedProcess:
    figures = {"memory": 1_000_000_000, "pixels": 12_000_000, "side": 320, **more}
    return ConfinedProcess(DECODER, *(str(one) for one in figures.values()), most_answer_bytes=2_000_000)


def key_picture(server: tuple[int, int], quick: policy.RecognitionPolicy) -> bytes:
    reader = StreamReader(f"rtsp://{HERE}:{server[0]}/h264", None, quick)
    try:
        return b"h264\0" + until(lambda: reader.take()[0]).data
    finally:
        reader.end(3)


def test_what_is_no_picture_is_refused_and_the_next_one_is_decoded(
    server: tuple[int, int], quick: policy.RecognitionPolicy, tmp_path: Path
) -> None:
    picture, process = key_picture(server, quick), decoder()
    try:
        for wrong in (b"h264\0" + os.urandom(5000), b"h264\0", b"no codec\0abc", b"rawvideo\0abc"):
            with pytest.raises((Unhandled, Fallen)):
                process.ask(wrong, 10)
        path = tmp_path / "a.jpg"
        path.write_bytes(process.ask(picture, 10))
        with Image.open(path) as opened:
            assert (opened.format, opened.size) == ("JPEG", (320, 180))
    finally:
        process.end()
    small = decoder(pixels=10_000)
    with pytest.raises((Unhandled, Fallen)):
        small.ask(picture, 10)
    small.end()


def test_a_process_that_falls_or_takes_too_long_is_ended_and_the_next_request_finds_a_new_one(tmp_path: Path) -> None:
    program = "from tocsin.vision.recognition.services.confined import serve; import time, os\n"
    program += "def handle(asked):\n if asked == b'sleep': time.sleep(60)\n if asked == b'fall': os.abort()\n"
    program += " if asked == b'much': bytearray(800_000_000)\n return asked\nserve(handle, 600_000_000)"
    process = ConfinedProcess("unused", most_answer_bytes=100)
    process._command = [process._command[0], "-I", "-c", program]
    try:
        for asked, within_s, slow in ((b"sleep", 1.5, True), (b"fall", 10, False), (b"much", 10, False), (bytes(200), 10, False)):
            with pytest.raises(Fallen) as fallen:
                process.ask(asked, within_s)
            assert fallen.value.slow is slow
            assert process.ask(b"whole", 10) == b"whole"
    finally:
        process.end()


def test_a_password_lies_sealed_and_another_address_never_learns_it(camera: Camera) -> None:  # noqa: F811
    address, other = "rtsp://video.example.cn/1", "rtsp://other.example.cn/1"
    made = source(camera, SourceKind.STREAM, address, username="admin", password="secret-1")
    assert login_of(made) == CameraLogin("admin", "secret-1")
    assert "secret-1" not in CameraSecret.objects.get().sealed
    made = source(camera, SourceKind.STREAM, address, username="admin", period_s=9.0)
    assert login_of(made) == CameraLogin("admin", "secret-1")
    assert seal_cameras_anew(after=0, limit=10).done == 0
    CameraSecret.objects.update(sealed="torn")
    assert seal_cameras_anew(after=0, limit=10).lost == 1
    source(camera, SourceKind.STREAM, address, username="admin", password="secret-2")
    made = source(camera, SourceKind.STREAM, other, username="admin")
    assert (login_of(made), CameraSecret.objects.count()) == (CameraLogin("admin", ""), 0)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"kind": SourceKind.STREAM, "address": "ftp://a/1"}, "begins with rtsp"),
        ({"kind": SourceKind.STREAM, "address": "rtsp://admin:1@a/1"}, "in their own fields"),
        ({"kind": SourceKind.STREAM, "address": "rtsp://a/1", "password": "1"}, "without a user name"),
        ({"kind": SourceKind.STREAM, "address": "rtsp://a/1", "username": "a:b"}, "the name no colon"),
        ({"kind": SourceKind.FOLDER, "username": "a"}, "a folder needs no login"),
    ],
)
def test_a_wrong_login_is_refused_with_how_to_mend_it(camera: Camera, facts: dict[str, object], why: str) -> None:  # noqa: F811
    with pytest.raises(InvalidInput) as refused:
        source(camera, **facts)  # type: ignore[arg-type]
    assert why in refused.value.in_english
    assert not CameraSource.objects.exists()


def test_neither_page_nor_api_tells_a_password(camera: Camera) -> None:  # noqa: F811
    client, page = signed_in(camera.registered_by), f"/vision/recognition/{camera.pk}/"
    form = {"kind": "stream", "address": "rtsp://video.example.cn/1", "username": "admin", "password": "secret-1"}
    answer = client.post(f"{page}set/", {**form, "period_s": "5", "most_people": "3"}, follow=True)
    told = " ".join(words_of(answer.content.decode()))
    assert "stream by RTSP or MJPEG" in told and "admin" in told
    api = client.get(f"/api/v1/vision/cameras/{camera.pk}/source")
    assert api.json()["source"]["username"] == "admin"
    assert b"secret-1" not in answer.content + api.content
