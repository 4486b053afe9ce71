"""The streams of one process and the decoder that they share."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tocsin.vision.health.policy import health_policy
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.policy import RecognitionPolicy
from tocsin.vision.recognition.rules.rtsp.descriptions import Codec
from tocsin.vision.recognition.rules.sources import OF_PICTURES, FetchFault
from tocsin.vision.recognition.services.confined import ConfinedProcess, Fallen, Unhandled
from tocsin.vision.recognition.services.fetching import Fetched, NoFrame
from tocsin.vision.recognition.services.secrets import login_of
from tocsin.vision.recognition.services.streaming import StreamReader

if TYPE_CHECKING:
    from uuid import UUID

DECODER: Final = "tocsin.vision.recognition.services.decoding_child"


def can_decode() -> bool:
    """Whether the decoder is in this installation (the extra `streams`)."""
    return find_spec("av") is not None


class Streams:
    """One reader for each source that is a stream; readers run beside each other, pictures are decoded one after the other."""

    def __init__(self) -> None:
        self._readers: dict[UUID, tuple[object, StreamReader]] = {}
        self._decoder: ConfinedProcess | None = None

    def keep(self, sources: Sequence[CameraSource], policy: RecognitionPolicy) -> None:
        """Readers for these and for no others; a source that was set anew gets a new one."""
        wanted = {one.camera_id: one for one in sources if not _needs_decoder(one) or can_decode()}
        for camera_id in [key for key, (entered_at, _) in self._readers.items() if _is_other(wanted.get(key), entered_at)]:
            self._readers.pop(camera_id)[1].end()
        for camera_id, source in wanted.items():
            if camera_id not in self._readers:
                self._readers[camera_id] = (source.entered_at, StreamReader(source.address, login_of(source), policy))

    def take(self, source: CameraSource, policy: RecognitionPolicy) -> Fetched | None:
        """The newest picture of a stream as a JPEG; None where none came since the last one. NoFrame tells why none comes."""
        if _needs_decoder(source) and not can_decode():
            raise NoFrame(FetchFault.NO_DECODER)
        _entered_at, reader = self._readers.get(source.camera_id, (None, None))
        if reader is None:
            return None
        picture, passed_over = reader.take()
        if picture is None:
            return None
        if picture.codec is Codec.MJPEG:
            return Fetched(picture.data, passed_over)
        try:
            data = self._ask_decoder(picture.codec.value.encode() + b"\0" + picture.data, policy)
        except Unhandled as refused:
            raise NoFrame(FetchFault.UNDECODED, str(refused)) from None
        except Fallen as fallen:
            raise NoFrame(FetchFault.UNDECODED, str(fallen)) from None
        return Fetched(data, passed_over)

    def end(self) -> None:
        """Ends all of them."""
        for _entered_at, reader in self._readers.values():
            reader.end()
        self._readers.clear()
        if self._decoder is not None:
            self._decoder.end()

    def _ask_decoder(self, request: bytes, policy: RecognitionPolicy) -> bytes:
        limits, figures = health_policy().frame, policy.streams
        if self._decoder is None:
            sizes = (figures.decoder_mb * 1_000_000, int(limits.most_megapixels * 1_000_000), figures.side_px)
            self._decoder = ConfinedProcess(DECODER, *(str(one) for one in sizes), most_answer_bytes=limits.most_bytes)
        return self._decoder.ask(request, figures.decoded_within_s)


def _needs_decoder(source: CameraSource) -> bool:
    return urlsplit(source.address).scheme not in OF_PICTURES


def _is_other(source: CameraSource | None, entered_at: object) -> bool:
    return source is None or source.entered_at != entered_at
