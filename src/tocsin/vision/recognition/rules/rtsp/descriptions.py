"""What a server says of its stream (SDP, RFC 4566): the first video that can be decoded."""

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from tocsin.vision.recognition.rules.rtsp.messages import BrokenStream


class Codec(StrEnum):
    """How pictures are compressed, by the name that FFmpeg has for it."""

    H264 = "h264"
    H265 = "hevc"
    MJPEG = "mjpeg"  # over HTTP alone: each picture is a JPEG


_NAMES: Final = {"H264": Codec.H264, "H265": Codec.H265, "HEVC": Codec.H265}
_SETS: Final = {Codec.H264: ("sprop-parameter-sets",), Codec.H265: ("sprop-vps", "sprop-sps", "sprop-pps")}


@dataclass(frozen=True)
class Track:
    """One video. `payload`: the type of its RTP packets; `control`: the address that it is asked for; `sets`: what a decoder must
    know before the first picture (VPS, SPS, PPS), where the description has it.
    """

    codec: Codec
    payload: int
    control: str
    sets: tuple[bytes, ...]


def read_description(body: bytes, base: str) -> Track:
    """The first video of H.264 or H.265; BrokenStream tells what is there instead. `base`: Content-Base, or what was asked for.

    >>> read_description(b"m=video 0 RTP/AVP 96\\r\\na=rtpmap:96 H264/90000\\r\\na=control:trackID=1\\r\\n", "rtsp://a/1/")
    Track(codec=<Codec.H264: 'h264'>, payload=96, control='rtsp://a/1/trackID=1', sets=())
    """
    media: list[list[str]] = []
    for line in body.decode("utf-8", "replace").splitlines():
        if line.startswith("m="):
            media.append([line])
        elif media:
            media[-1].append(line.strip())
    found: list[str] = []
    for lines in media:
        if not lines[0].startswith("m=video "):
            continue
        for line in lines:
            told = re.match(r"a=rtpmap:(\d{1,3}) ([A-Za-z0-9.-]+)/", line)
            if told and (codec := _NAMES.get(told[2].upper())):
                return Track(codec, int(told[1]), _control(lines, base), _sets(lines, int(told[1]), codec))
            if told:
                found.append(told[2][:20])
    raise BrokenStream(f"no video of H.264 or H.265, but {', '.join(found[:3]) or 'none'}")


def _control(lines: list[str], base: str) -> str:
    told = next((one.removeprefix("a=control:") for one in lines if one.startswith("a=control:")), "")
    if not told or told == "*":
        return base
    if urlsplit(told).scheme:
        return told  # only a name in a request: the connection stays the one that was checked
    return told if not base else f"{base.rstrip('/')}/{told.lstrip('/')}"


def _sets(lines: list[str], payload: int, codec: Codec) -> tuple[bytes, ...]:
    told = next((one for one in lines if one.startswith(f"a=fmtp:{payload} ")), "").partition(" ")[2]
    pairs = dict(pair.strip().partition("=")[::2] for pair in told.split(";"))
    found = []
    for name in _SETS[codec]:
        for one in filter(None, pairs.get(name, "").split(",")):
            try:
                found.append(base64.b64decode(one, validate=True))
            except binascii.Error:
                continue  # the stream itself has them, too
    return tuple(found)
