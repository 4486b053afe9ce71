"""Attachments: what a file is by its content, what of it is kept, hostile files, who reads them and with which headers."""

import contextlib
import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from tests.pictures import photo, picture
from tocsin.base.errors import InvalidInput, NotAllowed, Unavailable
from tocsin.jurisdiction.areas import services as rights
from tocsin.jurisdiction.people.services import accounts as services_accounts
from tocsin.jurisdiction.people.services import system as services_system
from tocsin.records.attachments.models import Attachment
from tocsin.records.attachments.policy import AttachmentPolicy, attachment_policy
from tocsin.records.attachments.queries import attachments_of, readable_attachment
from tocsin.records.attachments.services import keeping
from tocsin.records.attachments.services.checking import check_upload, decodes_smaller
from tocsin.records.attachments.services.keeping import bytes_of, keep_prepared, prepare_attachment
from tocsin.records.audit.models import AuditEntry

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
POLICY = AttachmentPolicy(
    largest_megabytes=1,
    largest_megapixels=2,
    largest_megapixels_whole=1,
    largest_megapixels_webp=0.5,
    largest_megapixels_heic=0.5,
    kept_side_pixels=320,
    kept_quality=80,
    most_per_object=3,
    most_per_request=2,
)
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, rows: bytes = b"", *extra: bytes) -> bytes:
    """A PNG that claims a size, whatever it holds."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a page": lambda: b"<html><script>alert(1)</script></html>",
    "a drawing with a script": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "a program": lambda: b"MZ\x90\x00" + bytes(400),
    "an archive": lambda: b"PK\x03\x04" + bytes(400),
    "a GIF": lambda: picture("GIF"),
    "a BMP": lambda: picture("BMP"),
    "a TIFF": lambda: picture("TIFF"),
    "an ICO": lambda: picture("ICO", (32, 32)),
    "PostScript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\n",
    "a picture cut off": lambda: photo()[:600],
    "only a beginning": lambda: b"\xff\xd8\xff\xe0",
    "a PDF cut off": lambda: PDF[:-10] + bytes(2000),
    "more bytes than allowed": lambda: picture() + bytes(1_100_000),
    "more pixels than allowed": lambda: picture("PNG", (2000, 1001)),
    "more pixels than allowed of what is decoded whole": lambda: picture("PNG", (1000, 1001)),
    "more pixels than allowed of a progressive JPEG": lambda: picture("JPEG", (1000, 1001), progressive=True),
    "more pixels than allowed of WebP": lambda: picture("WEBP", (1000, 501)),
    "a bomb of pixels": lambda: png_of(60_000, 60_000),
    "a bomb beyond Pillow's own bound": lambda: png_of(2_000_000_000, 2_000_000_000),
    "a bomb of text": lambda: png_of(8, 8, bytes(8 * 25), chunk(b"zTXt", b"c\0\0" + zlib.compress(bytes(90_000_000), 9))),
    "a bomb of rows": lambda: png_of(8, 8, b"")[:40],
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED)
def test_hostile_files_are_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(InvalidInput):
        check_upload(make(), POLICY, ZONE)


MODES = [
    *(("JPEG", mode) for mode in ("RGB", "L", "CMYK")),
    *(("PNG", mode) for mode in ("RGB", "RGBA", "L", "LA", "P", "I;16", "1")),
    *(("WEBP", mode) for mode in ("RGB", "RGBA")),
]


@pytest.mark.parametrize(("form", "mode"), MODES)
def test_pictures_are_kept_as_plain_jpeg(form: str, mode: str) -> None:
    data = picture(form, (400, 200), mode)
    kept = check_upload(data, POLICY, ZONE)
    assert (kept.media_type, kept.width, kept.height) == ("image/jpeg", 320, 160)
    with Image.open(io.BytesIO(kept.data)) as again:
        assert (again.format, again.mode, again.size) == ("JPEG", "RGB", (320, 160))


def test_what_a_phone_hides_in_a_photo_is_gone_and_the_time_is_told() -> None:
    data = photo()
    assert b"OwnerOfThePhone" in data and b"<script>" in data
    kept = check_upload(data + b"<?php system($_GET['x']); ?>", POLICY, ZONE)
    assert kept.taken_at == datetime(2026, 11, 24, 5, 10, tzinfo=UTC)
    for hidden in (b"OwnerOfThePhone", b"<script>", b"<?php", b"Exif"):
        assert hidden not in kept.data
    with Image.open(io.BytesIO(kept.data)) as again:
        assert not again.getexif()
        assert set(again.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


TIMES = {
    "with its zone": ("2026:11:24 06:10:00", "+01:00", datetime(2026, 11, 24, 5, 10, tzinfo=UTC)),
    "no time": ("", "", None),
    "nonsense": ("0000:00:00 00:00:00", "+99:00", None),
    "a script": ("<script>", "", None),
}


@pytest.mark.parametrize(("taken", "offset", "expected"), TIMES.values(), ids=TIMES)
def test_when_it_was_taken(taken: str, offset: str, expected: datetime | None) -> None:
    assert check_upload(photo(taken, offset), POLICY, ZONE).taken_at == expected


def test_a_photo_taken_on_its_side_stands_upright() -> None:
    kept = check_upload(photo(orientation=6), POLICY, ZONE)
    assert (kept.width, kept.height) == (160, 320)


def test_a_transparent_picture_gets_a_white_ground() -> None:
    kept = check_upload(picture("PNG", mode="RGBA", colour=(0, 0, 0, 0)), POLICY, ZONE)
    with Image.open(io.BytesIO(kept.data)) as again:
        assert min(again.getpixel((9, 9))) > 250


def test_a_pdf_is_kept_as_it_came() -> None:
    kept = check_upload(PDF, POLICY, ZONE)
    assert (kept.media_type, kept.data) == ("application/pdf", PDF)


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP"]),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=20),
)
def test_a_damaged_file_is_kept_or_refused_and_nothing_else(form: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(picture(form, (64, 48)) if form != "JPEG" else photo())
    for place, value in changes:
        data[place % len(data)] = value
    with contextlib.suppress(InvalidInput):
        assert check_upload(bytes(data), POLICY, ZONE).media_type == "image/jpeg"


def test_a_cameras_jpeg_may_be_larger_than_what_is_decoded_whole() -> None:
    assert check_upload(picture("JPEG", (1000, 1900)), POLICY, ZONE).height == 320
    assert decodes_smaller(photo()) and decodes_smaller(picture("JPEG", mode="CMYK"))
    assert not decodes_smaller(picture("JPEG", progressive=True)) and not decodes_smaller(picture("PNG"))
    one_colour_a_scan = picture("JPEG").replace(b"\xff\xda\x00\x0c\x03", b"\xff\xda\x00\x08\x01", 1)
    assert not decodes_smaller(one_colour_a_scan) and not decodes_smaller(photo()[:40])


def test_the_shipped_limits_are_sane() -> None:
    limits = attachment_policy()
    for megapixels, bytes_a_pixel in (
        (limits.largest_megapixels / 4, 4),  # decoded at half its sides or less
        (limits.largest_megapixels_whole, 10),
        (limits.largest_megapixels_webp, 18),
    ):
        assert megapixels * bytes_a_pixel <= 250  # megabytes; twice this at once


@pytest.fixture
def person(db: None) -> Any:
    rights.ensure_regions()
    return services_system.system_actor()


@pytest.fixture(autouse=True)
def _guards(settings: Any) -> None:
    settings.ATTACHED_TO = {"case": f"{__name__}:may_read_case"}


READERS: set[str] = set()


def may_read_case(user: Any, object_id: str) -> bool:
    return f"{user.pk}/{object_id}" in READERS


def keep(person: Any, data: bytes, object_id: UUID | None = None, **more: Any) -> Attachment:
    told = {"object_type": "case", "region_code": "370213", "now": NOW} | more
    prepared = prepare_attachment(actor=person, data=data, name=told.pop("name", "IMG 001.jpg"))
    return keep_prepared(prepared, actor=person, object_id=object_id or uuid4(), **told)


def test_a_row_tells_who_when_what_and_the_trail_has_it(person: Any) -> None:
    case = uuid4()
    data = photo()
    row = keep(person, data, case, name="../../etc/现场 <b>.jpg.php", caption=" 井口\0\n")
    assert list(attachments_of("case", case)) == [row]
    assert (row.actor_name, row.at, row.region_code, row.caption) == (str(person), NOW, "370213", "井口")
    assert row.name == "现场 bjpg.jpg"
    assert row.received_sha256 == hashlib.sha256(data).hexdigest() != row.sha256
    assert hashlib.sha256(bytes_of(row)).hexdigest() == row.sha256
    entry = AuditEntry.objects.get(action="attachment.kept")
    assert (entry.object_type, entry.object_id, entry.details["sha256"]) == ("case", str(case), row.sha256)


def test_a_file_sent_twice_is_attached_once(person: Any) -> None:
    case, data = uuid4(), photo()
    assert keep(person, data, case) == keep(person, data, case, name="again.jpg", now=NOW + timedelta(hours=1))
    assert AuditEntry.objects.filter(action="attachment.kept").count() == 1
    assert keep(person, data, uuid4()).sha256 == attachments_of("case", case).get().sha256


def test_so_many_and_no_more(person: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "attachment_policy", lambda: POLICY)
    case = uuid4()
    files = [picture(size=(40 + one, 40)) for one in range(4)]
    for data in files[:3]:
        keep(person, data, case)
    with pytest.raises(InvalidInput, match="3"):
        keep(person, files[3], case)
    keep(person, files[0], case)  # one that is there already is no more


def test_nothing_is_attached_to_what_nobody_guards(person: Any) -> None:
    with pytest.raises(InvalidInput):
        keep(person, photo(), object_type="secret")


def test_a_changed_file_is_not_handed_out(person: Any) -> None:
    row = keep(person, photo())
    path = Path(django_settings.CONFIGURATION.data) / "attachments" / row.sha256[:2] / row.sha256
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"changed")
    with pytest.raises(Unavailable):
        bytes_of(row)
    path.unlink()
    with pytest.raises(Unavailable):
        bytes_of(row)


def test_only_who_may_read_the_object_reads_it(person: Any, settings: Any) -> None:
    row = keep(person, photo())
    for reachable in (row.pk, uuid4()):
        with pytest.raises(NotAllowed):
            readable_attachment(person, reachable)
    READERS.add(f"{person.pk}/{row.object_id}")
    assert readable_attachment(person, row.pk) == row
    settings.ATTACHED_TO = {}
    with pytest.raises(NotAllowed):
        readable_attachment(person, row.pk)


@pytest.mark.parametrize(
    ("data", "media_type", "shown"), [(PDF, "application/pdf", "attachment"), (photo(), "image/jpeg", "inline")]
)
def test_headers_let_nothing_run(person: Any, data: bytes, media_type: str, shown: str) -> None:
    user, _password = services_accounts.create_person(
        actor=person, username="reader", name="读者", organisation_id=None, password="a-long-password-1"
    )
    user.must_change_password = False
    user.save()
    row = keep(person, data)
    address = reverse("attachment", args=[row.pk])
    client = Client()
    assert client.get(address).status_code == 302
    client.force_login(user)
    assert client.get(address).status_code == 403
    READERS.add(f"{user.pk}/{row.object_id}")
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, media_type)
    assert answer["Content-Disposition"].startswith(shown)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"] and "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"].startswith("private")
    assert client.post(address).status_code == 405
