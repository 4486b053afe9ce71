"""Decodes key pictures of streams, in a process of its own: `python -m …decoding_child MEMORY PIXELS SIDE`, see `confined`."""

import io
import sys
from typing import Final

from PIL import Image

from tocsin.vision.recognition.services.confined import serve

_QUALITY: Final = 90


class PictureDecoder:
    """`most_pixels`: larger pictures are refused before they are decoded; `side`: the longer side of what comes out."""

    def __init__(self, most_pixels: int, side: int) -> None:
        self._most, self._side = most_pixels, side

    def decode(self, request: bytes) -> bytes:
        """The answer is a JPEG, or ValueError. A request is the codec's name, a zero, and one picture of Annex B."""
        import av

        name, _zero, data = request.partition(b"\0")
        context = av.CodecContext.create(name.decode(), "r")
        if not isinstance(context, av.VideoCodecContext):
            raise ValueError("no video")
        context.options = {"max_pixels": str(self._most)}
        context.thread_count = 1
        try:
            frames = [*context.decode(av.Packet(data)), *context.decode(None)]
        except av.FFmpegError as error:
            raise ValueError(f"FFmpeg: {error.strerror}") from None
        if not frames:
            raise ValueError("no picture in it")
        picture = Image.fromarray(frames[-1].to_ndarray(format="rgb24"))
        picture.thumbnail((self._side, self._side))
        made = io.BytesIO()
        picture.save(made, "JPEG", quality=_QUALITY)
        return made.getvalue()


def main() -> int:
    """The child."""
    memory, pixels, side = (int(one) for one in sys.argv[1:4])
    return serve(PictureDecoder(pixels, side).decode, memory)


if __name__ == "__main__":
    sys.exit(main())
