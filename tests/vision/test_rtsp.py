"""RTSP without sockets: messages however they arrive, logins by the vectors of the RFC, descriptions, pictures out of packets."""

import base64
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.vision.recognition.rules.rtsp.descriptions import Codec, Track, read_description
from tocsin.vision.recognition.rules.rtsp.logins import CameraLogin, authorization
from tocsin.vision.recognition.rules.rtsp.messages import MOST_HEAD, Answer, Asked, BrokenStream, Framing, Message, Packet
from tocsin.vision.recognition.rules.rtsp.pictures import KeyPictures

START = b"\x00\x00\x00\x01"
SPS, PPS, KEY, OTHER = b"\x67sps", b"\x68pps", b"\x65" + bytes(range(200)), b"\x41between"
H264 = Track(Codec.H264, 96, "rtsp://a/1", ())
STREAM = (
    b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\nabc$\x00\x00\x02hi\r\n"
    b"ANNOUNCE rtsp://a RTSP/1.0\r\nCSeq: 9\r\n\r\n$\x01\x00\x01x"
)
WHOLE: list[Message] = [
    Answer(200, {"cseq": ("1",), "content-length": ("3",)}, b"abc"),
    Packet(0, b"hi"),
    Asked("ANNOUNCE", "9"),
    Packet(1, b"x"),
]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_messages_are_the_same_however_their_bytes_arrive(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    framing = Framing()
    found = [one for start, end in pairwise(places) for one in framing.feed(STREAM[start:end])]
    assert found == WHOLE


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"RTSP/1.0 abc\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nno header\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n",
        b"x" * MOST_HEAD,
    ],
)
def test_what_is_no_rtsp_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenStream):
        Framing().feed(data)


def test_digest_of_the_rfc() -> None:
    """RFC 7616, 3.9.1: of two challenges the better one is answered."""
    login, url = CameraLogin("Mufasa", "Circle of Life"), "/dir/index.html"
    told = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    md5 = authorization([told.format("MD5")], login, "GET", url, nonce)
    assert 'response="8ca523f5e9506fed4657c9700eebdbec"' in md5 and "qop=auth, nc=00000001" in md5
    both = authorization([told.format("MD5"), told.format("SHA-256")], login, "GET", url, nonce)
    assert 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"' in both


def test_a_password_leaves_as_it_is_only_where_the_server_knows_nothing_better() -> None:
    login = CameraLogin("admin", "camera-password")
    assert (
        authorization(['Basic realm="x"'], login, "GET", "/", "n")
        == "Basic " + base64.b64encode(b"admin:camera-password").decode()
    )
    both = authorization(['Basic realm="x"', 'Digest realm="x", nonce="1"'], login, "GET", "/", "n")
    assert both.startswith("Digest ") and "camera-password" not in both
    assert authorization(['Digest realm="x", nonce="1", algorithm=SHA-512-256'], login, "GET", "/", "n") == ""
    assert "camera-password" not in repr(login)


def test_of_a_description_the_first_video_that_can_be_decoded_is_taken() -> None:
    told = (
        b"v=0\r\nm=audio 0 RTP/AVP 0\r\na=control:track0\r\nm=video 0 RTP/AVP 98\r\na=rtpmap:98 H265/90000\r\n"
        b"a=fmtp:98 sprop-vps=QAE=; sprop-sps=QgE=; sprop-pps=!!\r\na=control:rtsp://elsewhere/x\r\n"
    )
    assert read_description(told, "rtsp://a/") == Track(Codec.H265, 98, "rtsp://elsewhere/x", (b"\x40\x01", b"\x42\x01"))
    with pytest.raises(BrokenStream, match="but JPEG"):
        read_description(b"m=video 0 RTP/AVP 26\r\na=rtpmap:26 JPEG/90000\r\n", "rtsp://a/")
    with pytest.raises(BrokenStream, match="but none"):
        read_description(b"<html>", "rtsp://a/")


def rtp(payload: bytes, number: int, *, at: int = 1, marker: bool = False, kind: int = 96) -> bytes:
    return bytes([0x80, (0x80 if marker else 0) | kind]) + (number & 0xFFFF).to_bytes(2) + at.to_bytes(4) + bytes(4) + payload


def in_parts(unit: bytes, first: int, *, at: int = 1) -> list[bytes]:
    """FU-A packets of one unit (RFC 6184, 5.8); the last carries the mark."""
    parts = [unit[1:][start : start + 90] for start in range(0, len(unit) - 1, 90)]
    last = len(parts) - 1
    flags = [(0x80 if place == 0 else 0) | (0x40 if place == last else 0) for place in range(len(parts))]
    head = unit[0] & 0xE0 | 28
    return [
        rtp(bytes([head, flag | unit[0] & 0x1F]) + part, first + place, at=at, marker=place == last)
        for place, (flag, part) in enumerate(zip(flags, parts, strict=True))
    ]


def taken(packets: list[bytes], track: Track = H264, most: int = 1000) -> list[bytes]:
    pictures = KeyPictures(track, most)
    return [one for packet in packets for one in pictures.take(packet)]


def test_a_key_picture_comes_out_whole_with_its_parameter_sets() -> None:
    sets = bytes([24]) + b"".join(len(one).to_bytes(2) + one for one in (SPS, PPS))
    whole = START + SPS + START + PPS + START + KEY
    assert taken([rtp(sets, 0), *in_parts(KEY, 1)]) == [whole]
    assert taken([rtp(SPS, 0), rtp(PPS, 1), rtp(KEY, 2), rtp(OTHER, 3, at=2)]) == [whole]  # without a mark the next time ends it
    assert taken(in_parts(KEY, 65535), Track(Codec.H264, 96, "", (SPS, PPS))) == [whole]  # numbers begin anew behind 65535
    assert taken([rtp(OTHER, 0, marker=True), rtp(KEY, 1, at=2, marker=True, kind=97)]) == []


def test_newer_parameter_sets_take_the_place_of_older_ones() -> None:
    newer = SPS + b"2"
    packets = [rtp(SPS, 0), rtp(PPS, 1), rtp(KEY, 2, marker=True), rtp(newer, 3, at=2), rtp(KEY, 4, at=2, marker=True)]
    assert taken(packets)[1] == START + newer + START + PPS + START + KEY


def test_a_picture_of_which_a_packet_is_missing_or_may_be_is_left_out_and_a_whole_one_is_not() -> None:
    first, second, third = in_parts(KEY, 1), in_parts(KEY, 4, at=2), in_parts(KEY, 7, at=3)
    for lost, whole in ((0, 2), (1, 2), (2, 1)):  # of two pictures one might have begun with the packet that is missing between
        packets = [rtp(SPS, 0, at=0, marker=True), *first[:lost], *first[lost + 1 :], *second, *third]
        assert len(taken(packets)) == whole


def test_h265_in_one_packet_in_several_and_in_parts() -> None:
    track = Track(Codec.H265, 98, "", ())
    sets = [bytes([kind << 1, 1]) + b"set" for kind in (32, 33, 34)]
    key = bytes([19 << 1, 1]) + bytes(range(100))
    several = bytes([48 << 1, 1]) + b"".join(len(one).to_bytes(2) + one for one in sets)
    parts = [bytes([49 << 1, 1, 0x80 | 19]) + key[2:50], bytes([49 << 1, 1, 0x40 | 19]) + key[50:]]
    packets = [rtp(several, 0, kind=98), rtp(parts[0], 1, kind=98), rtp(parts[1], 2, kind=98, marker=True)]
    assert taken(packets, track) == [b"".join(START + one for one in (*sets, key))]


@pytest.mark.parametrize(
    "packets",
    [
        [b"\x00" * 20],
        [rtp(bytes([30, 1, 2]), 0)],  # a form that nobody sends
        [rtp(bytes([24, 0xFF, 0xFF, 1]), 0)],
        [rtp(bytes([0x65]) + bytes(900), 0), rtp(bytes([0x65]) + bytes(900), 1)],
        [rtp(bytes([0x67]) + bytes(5000), 0)],
        [rtp(bytes([0x67, number]), number) for number in range(20)],
    ],
)
def test_packets_that_do_not_hold_together_are_refused(packets: list[bytes]) -> None:
    with pytest.raises(BrokenStream):
        taken(packets)


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_no_bytes_do_anything_else(payloads: list[bytes]) -> None:
    for track in (H264, Track(Codec.H265, 96, "", ())):
        try:
            taken([rtp(one, number % 5, at=number // 3) for number, one in enumerate(payloads)], track)
        except BrokenStream:
            continue
