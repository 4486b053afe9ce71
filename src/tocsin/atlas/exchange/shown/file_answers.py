"""The bytes of a file that may be larger than the memory."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from tocsin.atlas.exchange.models import SelectionFile
from tocsin.atlas.exchange.shown.files import FORMS

PIECE: Final = 262_144


def file_answer(found: SelectionFile, path: Path) -> StreamingHttpResponse:
    """The file, read in small pieces: it may be larger than the memory."""
    form = FORMS[found.form]
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{found.collection}.{form.ending}") or "attachment",
        "Content-Length": str(path.stat().st_size),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(_pieces(path), content_type=form.media, headers=headers)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
