"""Uploads and the virus scanner: a clamd on loopback that finds, passes, breaks off and is away."""

import dataclasses
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.utils import translation

from tests.records.test_attachments import PDF
from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.jurisdiction.areas import services as rights
from tocsin.jurisdiction.people.services import system as services_system
from tocsin.records.attachments.models import Attachment
from tocsin.records.attachments.services.keeping import bytes_of, keep_prepared, prepare_attachment
from tocsin.records.attachments.services.scanning import CHUNK, Scan, ScanVerdict, read_answer, scan
from tocsin.records.audit.models import AuditEntry

NOW = datetime(2026, 11, 24, 5, 5, tzinfo=UTC)
BAD = PDF.replace(b"%PDF-1", b"%PDF-1.EVIL", 1)


class Clamd(socketserver.BaseRequestHandler):
    """Speaks INSTREAM; finds whatever holds EVIL."""

    answers: dict[str, bytes] = {"broken": b"", "size": b"INSTREAM size limit exceeded. ERROR\0"}
    mood = "ok"
    seen: list[int] = []

    def handle(self) -> None:
        data, command = b"", self._read(10)
        assert command == b"zINSTREAM\0"
        while length := struct.unpack("!I", self._read(4))[0]:
            assert length <= CHUNK
            data += self._read(length)
        self.seen.append(len(data))
        told = b"stream: Evil.Test FOUND\0" if b"EVIL" in data else b"stream: OK\0"
        self.request.sendall(self.answers.get(self.mood, told))

    def _read(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            part = self.request.recv(count - len(found))
            assert part
            found += part
        return found


@contextmanager
def clamd(path: Path | None = None) -> Iterator[str]:
    """A scanner until the block ends: on a Unix socket, or a free port of loopback."""
    Clamd.mood, Clamd.seen[:] = "ok", []
    server: Any = socketserver.ThreadingUnixStreamServer(str(path), Clamd) if path else None
    server = server or socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"unix:{path}" if path else f"tcp://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


ANSWERS = {
    b"stream: OK": Scan(ScanVerdict.CLEAN),
    b"stream: Win.Test-1 FOUND": Scan(ScanVerdict.FOUND, "Win.Test-1"),
    b"INSTREAM size limit exceeded. ERROR": Scan(ScanVerdict.AWAY, "INSTREAM size limit exceeded. ERROR"),
    b"": Scan(ScanVerdict.AWAY, "no answer"),
    b"OKAY": Scan(ScanVerdict.AWAY, "OKAY"),
}


@pytest.mark.parametrize(("answer", "meant"), ANSWERS.items())
def test_only_ok_is_clean(answer: bytes, meant: Scan) -> None:
    assert read_answer(answer) == meant


def test_the_scanner_sees_every_byte_over_both_sockets(tmp_path: Path) -> None:
    large = bytes(CHUNK * 2 + 17)
    for path in (None, tmp_path / "clamd.ctl"):
        with clamd(path) as address:
            assert scan(large, address).verdict is ScanVerdict.CLEAN
            assert scan(b"EVIL", address) == Scan(ScanVerdict.FOUND, "Evil.Test")
            assert Clamd.seen == [len(large), 4]
            Clamd.mood = "broken"
            assert scan(b"x", address).verdict is ScanVerdict.AWAY
        assert scan(b"x", address).verdict is ScanVerdict.AWAY


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def person(db: None, settings: Any) -> Any:
    settings.ATTACHED_TO = {"case": "nobody:at_all"}
    rights.ensure_regions()
    return services_system.system_actor()


def use(settings: Any, address: str, away: str = "refuse") -> None:
    changed = {"virus_scanner": address, "virus_scanner_away": away}
    settings.CONFIGURATION = dataclasses.replace(django_settings.CONFIGURATION, **changed)


def keep(person: Any, data: bytes, capture: Any, case: Any) -> Attachment:
    told = {"object_type": "case", "region_code": "370213", "now": NOW}
    with capture(execute=True):
        kept = keep_prepared(prepare_attachment(actor=person, data=data, name="plan.pdf"), actor=person, object_id=case, **told)
    return Attachment.objects.get(pk=kept.pk)


def test_an_upload_is_handed_out_once_nothing_was_found_in_it(
    person: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with clamd() as address:
        use(settings, address)
        row = keep(person, PDF, django_capture_on_commit_callbacks, uuid4())
        assert (row.held, bytes_of(row)) == ("", PDF)
        case = uuid4()
        for _ in range(2):
            with pytest.raises(InvalidInput, match=r"Evil\.Test"):
                keep(person, BAD, django_capture_on_commit_callbacks, case)
        held = Attachment.objects.get(object_id=str(case))
        assert (held.held, held.is_picture) == ("found Evil.Test", False)
        with pytest.raises(InvalidInput, match=r"Evil\.Test"):
            bytes_of(held)
        assert AuditEntry.objects.filter(action="attachment.infected").count() == 1


@pytest.mark.parametrize("away", ["refuse", "quarantine"])
def test_what_the_scanner_has_not_seen_is_kept_and_not_handed_out(
    person: Any, settings: Any, django_capture_on_commit_callbacks: Any, away: str
) -> None:
    case = uuid4()
    use(settings, "tcp://127.0.0.1:9", away)
    if away == "refuse":
        with pytest.raises(Unavailable, match="scanner"):
            keep(person, PDF, django_capture_on_commit_callbacks, case)
    else:
        keep(person, PDF, django_capture_on_commit_callbacks, case)
    row = Attachment.objects.get(object_id=str(case))
    with pytest.raises(Unavailable, match="scanner"):
        bytes_of(row)
    with clamd() as address:
        use(settings, address, away)
        if away == "refuse":
            assert keep(person, PDF, django_capture_on_commit_callbacks, case).held == ""  # the sender comes again
        assert bytes_of(Attachment.objects.get(pk=row.pk)) == PDF
    assert Attachment.objects.get(pk=row.pk).held == ""
