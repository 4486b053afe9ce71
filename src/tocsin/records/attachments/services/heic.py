"""Photos of iPhones (HEIC): decoded in a process of its own, which has little memory and little time, and gives a PNG.

libheif and libde265 read what strangers made: where they fall, or want more than a photo needs, a child falls. What a head says
of its size need not be what the stream holds, so the bound is on the child and not on the head alone.
"""

import io
import resource
import subprocess
import sys
from typing import IO, Final

from PIL import ExifTags, Image

from tocsin.base.children import run_child

MEMORY_BYTES: Final = 550_000_000
"""Of addresses, code and stacks among them; a photo of 48 megapixels needs 450 MB of them, measured."""
CPU_S: Final = 20
WAIT_S: Final = 30.0
BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"mif1")
"""ISO/IEC 23008-12: still pictures. Sequences (`hevc`, `msf1`) and other codecs (`avif`) are none of ours."""
_TOO_LARGE: Final = 3


class TooManyPixels(Exception):
    """What its head says."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        self.width, self.height = width, height


def is_heic(data: bytes) -> bool:
    """Whether these bytes begin as such a photo does."""
    return data[4:8] == b"ftyp" and data[8:12] in BRANDS


def png_of_heic(data: bytes, *, most_megapixels: float, side: int) -> bytes:
    """The photo as a PNG whose longer side is at most `side`, with time and position of the camera; TooManyPixels, or ValueError
    for what can't be read within the bounds.
    """
    command = [sys.executable, "-I", "-m", __name__, str(most_megapixels), str(side)]
    try:
        done = run_child(command, input=data, timeout=WAIT_S, env={})
    except subprocess.TimeoutExpired:
        raise ValueError("it takes too long") from None
    if done.returncode == _TOO_LARGE:
        width, height = done.stdout.split()
        raise TooManyPixels(int(width), int(height))
    if done.returncode:
        raise ValueError("libheif does not read it")
    return done.stdout


def decode(data: bytes, out: IO[bytes], *, most_megapixels: float, side: int) -> int:
    """In the child: the exit code."""
    import pi_heif  # type: ignore[import-untyped]

    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    with Image.open(io.BytesIO(data), formats=("HEIF",)) as opened:
        if opened.width * opened.height > most_megapixels * 1e6:
            out.write(f"{opened.width} {opened.height}".encode())
            return _TOO_LARGE
        told = _told(opened.getexif())
        opened.thumbnail((side, side))
        opened.convert("RGB").save(out, "PNG", compress_level=1, exif=told.tobytes(), icc_profile=None)
    return 0


def _told(exif: Image.Exif) -> Image.Exif:
    """What is asked of a camera, and nothing else: when, and where. The decoder has turned the picture already."""
    kept = Image.Exif()
    for part, tags in (
        (ExifTags.IFD.Exif, (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal)),
        (ExifTags.IFD.GPSInfo, tuple(ExifTags.GPS(one) for one in range(1, 5))),
    ):
        known, told = exif.get_ifd(part), kept.get_ifd(part)
        told.update({tag: known[tag] for tag in tags if tag in known})
    return kept


def main() -> int:
    """The child."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return decode(sys.stdin.buffer.read(), sys.stdout.buffer, most_megapixels=float(sys.argv[1]), side=int(sys.argv[2]))


if __name__ == "__main__":
    sys.exit(main())
