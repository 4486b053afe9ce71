"""Keeping attachments and finding them again: a row for each, the bytes in the data folder under their own hash."""

import base64
import contextlib
import hashlib
import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.base.gate import FOREIGN_FILES
from tocsin.jurisdiction.face import system_actor
from tocsin.records.attachments.models import Attachment
from tocsin.records.attachments.policy import attachment_policy
from tocsin.records.attachments.queries import attachments_of
from tocsin.records.attachments.services.checking import JPEG, PDF, SEALED, Checked, check_upload
from tocsin.records.attachments.services.scanning import Scan, ScanVerdict, scan
from tocsin.records.audit.services import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

WAITING, FOUND = "waiting", "found"
"""What `held` begins with."""

log = logging.getLogger(__name__)
_ENDINGS: Final = {JPEG: ".jpg", PDF: ".pdf", SEALED: ".age"}


@dataclass(frozen=True)
class Prepared:
    """A file that was checked and lies on disk under its hash; no row names it yet. `sent`: the bytes as they came.

    `traceless`: nothing is kept by which the file, or the phone that took it, could be known again.
    """

    checked: Checked
    sent: bytes
    name: str
    traceless: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture, and no paper or sealed file."""
        return self.checked.media_type == JPEG

    @property
    def received_sha256(self) -> str:
        """The hash of what was sent (of what is kept, where no trace of the other may be): the same file twice is one."""
        return hashlib.sha256(self.checked.data if self.traceless else self.sent).hexdigest()


def prepare_attachment(*, actor: "User", data: bytes, name: str, traceless: bool = False, owner: UUID | None = None) -> Prepared:
    """Checks a file, encodes a picture anew and writes the bytes; InvalidInput tells what is wrong with the file.

    `owner`: whose turn it is to have a file read, where it is not the actor's; `traceless`: as a picture alone, see `Prepared`.

    Call it before the transaction in which `keep_prepared` writes the row: a decode takes seconds, and who holds a transaction
    that long keeps the whole database waiting. Unavailable where many are being read just now.
    """
    policy = attachment_policy()
    if len(data) > policy.largest_megabytes * 1e6:
        raise InvalidInput(_("The file has more than %(megabytes)g MB.") % {"megabytes": policy.largest_megabytes})
    with FOREIGN_FILES.held(owner or actor.pk):
        checked = check_upload(data, policy, timezone.get_default_timezone())
    if traceless and checked.media_type == PDF:
        raise InvalidInput(_("Send a photo: a PDF may say who made it."))
    _store(checked)
    return Prepared(checked, data, name, traceless)


def prepare_sealed(data: bytes) -> Prepared:
    """Bytes that this server can't read (age), kept as they are; nothing of them is shown by anybody's name or type."""
    checked = Checked(SEALED, data)
    _store(checked)
    return Prepared(checked, data, "sealed", traceless=True)


def keep_prepared(
    prepared: Prepared,
    *,
    actor: "User",
    object_type: str,
    object_id: str | UUID,
    region_code: str,
    now: datetime,
    caption: str = "",
) -> Attachment:
    """Attaches a prepared file to an object; the same file twice to one object is one attachment.

    The caller's service has decided that the actor may attach to this object.
    Where a scanner is set up the file is held until, after the transaction, that has seen it.
    """
    if object_type not in settings.ATTACHED_TO:
        raise InvalidInput(f"nothing is attached to {object_type}")
    most, received, checked = attachment_policy().most_per_object, prepared.received_sha256, prepared.checked
    with transaction.atomic():
        if attachments_of(object_type, object_id).exclude(received_sha256=received).count() >= most:
            raise InvalidInput(_("No more than %(most)d files can be attached here.") % {"most": most})
        attachment, is_new = Attachment.objects.get_or_create(
            object_type=object_type,
            object_id=str(object_id),
            received_sha256=received,
            defaults={
                "region_code": region_code,
                "organisation_id": actor.organisation_id,
                "actor_id": actor.pk,
                "actor_name": str(actor),
                "at": now,
                "name": _harmless_name(prepared.name, checked.media_type),
                "caption": "".join(one for one in caption if one.isprintable()).strip()[:200],
                "media_type": checked.media_type,
                "size_bytes": len(checked.data),
                "sha256": hashlib.sha256(checked.data).hexdigest(),
                "width": checked.width,
                "height": checked.height,
                "taken_at": None if prepared.traceless else checked.taken_at,
                "held": WAITING if settings.CONFIGURATION.now.virus_scanner else "",
            },
        )
        if is_new:
            told = {"attachment": str(attachment.pk), "name": attachment.name, "sha256": attachment.sha256}
            record_audit(actor, "attachment.kept", object_type, object_id, region_code, told)
        if attachment.held.startswith(FOUND):
            raise InvalidInput(_found_words(attachment))
        if attachment.held:
            transaction.on_commit(lambda: _scan_once_kept(attachment, prepared.sent))
    return attachment


def bytes_of(attachment: Attachment) -> bytes:
    """The kept bytes; Unavailable where the file is missing, is not what was kept, or waits for the scanner.

    One that waits is shown to the scanner now; InvalidInput where something is or was found in it.
    """
    path = path_of(attachment.sha256)
    data = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(data).hexdigest() != attachment.sha256:
        raise Unavailable(_("The file of this attachment is missing or was changed."))
    if attachment.held.startswith(FOUND):
        raise InvalidInput(_found_words(attachment))
    if attachment.held:
        show_to_scanner(attachment, data)
    return data


def show_to_scanner(attachment: Attachment, data: bytes) -> None:
    """Lets a held file go once the scanner finds nothing in it; InvalidInput where it does, Unavailable where it is away.

    Call it outside of any transaction: a scanner may take seconds.
    """
    address = settings.CONFIGURATION.now.virus_scanner
    found = scan(data, address) if address else Scan(ScanVerdict.AWAY, "none is set up")
    if found.verdict is ScanVerdict.AWAY:
        log.error("the virus scanner does not answer: %s", found.words)
        raise Unavailable(_("This file waits for the virus scanner, which does not answer: it is kept and not handed out."))
    if found.verdict is ScanVerdict.FOUND:
        with transaction.atomic():
            attachment.held = f"{FOUND} {found.words}"
            attachment.save(update_fields=["held"])
            told = {"attachment": str(attachment.pk), "found": found.words, "sha256": attachment.sha256}
            subject = (attachment.object_type, attachment.object_id, attachment.region_code)
            record_audit(system_actor(), "attachment.infected", *subject, told)
        raise InvalidInput(_found_words(attachment))
    attachment.held = ""
    attachment.save(update_fields=["held"])


def _scan_once_kept(attachment: Attachment, data: bytes) -> None:
    """The file is kept and its transaction over. By setting, a sender whose file waits is told to come again, or nothing."""
    try:
        show_to_scanner(attachment, data)
    except Unavailable:
        if settings.CONFIGURATION.now.virus_scanner_away == "refuse":
            raise


def _found_words(attachment: Attachment) -> str:
    return _("The virus scanner found something in this file: %(found)s.") % {
        "found": attachment.held.removeprefix(FOUND).strip()
    }


def picture_of(attachment: Attachment) -> str:
    """A kept picture as an SVG, for a paper."""
    width, height = attachment.width, attachment.height
    data = base64.b64encode(bytes_of(attachment)).decode()
    frame = f'xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg {frame}><image width="{width}" height="{height}" href="data:{attachment.media_type};base64,{data}"/></svg>'


def _store(checked: Checked) -> None:
    """Writes the bytes and has them on disk before the row names them; a file that is there is touched, so that it stays."""
    path = path_of(hashlib.sha256(checked.data).hexdigest())
    with contextlib.suppress(FileNotFoundError):
        os.utime(path)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{uuid4().hex}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(checked.data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def path_of(sha256: str) -> Path:
    """Where the file of that hash lies."""
    folder: Path = settings.CONFIGURATION.data / "attachments"
    return folder / sha256[:2] / sha256


def _harmless_name(name: str, media_type: str) -> str:
    """A name of letters, digits, blanks, hyphens and the ending of the kept type."""
    stem = Path(name.replace("\\", "/")).name.rpartition(".")[0] or name
    kept = "".join(one for one in stem if one.isalnum() or one in " -_()（）").strip()[:100]
    return f"{kept or 'attachment'}{_ENDINGS[media_type]}"
