"""Where a file lies while it comes in: in memory, however large, and without a name by which a crash could leave it behind."""

import logging
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

log = logging.getLogger(__name__)

IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a file system in memory, and our files there have no names
LEAST_BYTES: Final = 500_000_000


class NamelessFileUploadHandler(FileUploadHandler):
    """What is too large for a string goes into a file that has no name: it is gone with the request, or with the process."""

    def new_file(self, *given: Any, **named: Any) -> None:
        """A file begins."""
        super().new_file(*given, **named)
        self.file: UploadedFile[bytes] = UploadedFile(
            tempfile.TemporaryFile(),  # noqa: SIM115 - the request closes it
            self.file_name,
            self.content_type,
            0,
            self.charset,
            self.content_type_extra,
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A part of it."""
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        """All of it is there."""
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        """Whoever sends has gone."""
        if hasattr(self, "file"):
            self.file.close()


def receive_in_memory() -> None:
    """From here on what comes in lies in a file system in memory, where the machine has one with room."""
    if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= LEAST_BYTES:
        tempfile.tempdir = str(IN_MEMORY)
    else:
        log.warning("%s has no room: a photo lies on disk, without a name, while it comes in", IN_MEMORY)
