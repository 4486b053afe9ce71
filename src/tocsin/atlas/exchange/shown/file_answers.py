"""The bytes of a file that may be larger than the memory."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from tocsin.atlas.exchange.models import SelectionFile
from tocsin.atlas.exchange.shown.files import FORMS

PIECE: Final = 262_144
AT_ONCE: Final = 4_000_000  # bytes of a file that goes out whole


def file_answer(found: SelectionFile, path: Path) -> HttpResponseBase:
    """The file; a large one is read in small pieces, since it may be larger than the memory."""
    form, size = FORMS[found.form], path.stat().st_size
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{found.collection}.{form.ending}") or "attachment",
        "Content-Length": str(size),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    if size <= AT_ONCE:
        return HttpResponse(path.read_bytes(), content_type=form.media, headers=headers)
    return StreamingHttpResponse(_pieces(path), content_type=form.media, headers=headers)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(path.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
