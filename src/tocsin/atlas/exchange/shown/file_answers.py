"""The bytes of a file that may be larger than the memory, whole or the part that is asked for."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from tocsin.atlas.exchange.models import SelectionFile
from tocsin.atlas.exchange.rules.ranges import OutsideFileError, Span, part_of
from tocsin.atlas.exchange.shown.files import FORMS

PIECE: Final = 262_144
AT_ONCE: Final = 4_000_000  # bytes that go out at once


def file_answer(found: SelectionFile, path: Path, asked: Mapping[str, str]) -> HttpResponseBase:
    """The file, or the part of it that the headers ask for; much of it goes out in small pieces, never all in memory."""
    form, size = FORMS[found.form], path.stat().st_size
    tag = f'"{found.pk.hex}-{size}"'
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{found.collection}.{form.ending}") or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Accept-Ranges": "bytes",
        "ETag": tag,
    }
    try:
        part = part_of(asked.get("Range", ""), size, tag=tag, only_if=asked.get("If-Range", ""))
    except OutsideFileError:
        return HttpResponse(status=416, content_type=form.media, headers=headers | {"Content-Range": f"bytes */{size}"})
    status, span = 200, Span(0, size - 1)
    if part is not None:
        status, span = 206, part
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    headers["Content-Length"] = str(span.size)
    if span.size <= AT_ONCE:
        with path.open("rb") as file:
            file.seek(span.first)
            return HttpResponse(file.read(span.size), status=status, content_type=form.media, headers=headers)
    return StreamingHttpResponse(_pieces(path, span), status=status, content_type=form.media, headers=headers)


async def _pieces(path: Path, span: Span) -> AsyncIterator[bytes]:
    left = span.size
    with await asyncio.to_thread(path.open, "rb") as file:
        file.seek(span.first)
        while left and (piece := await asyncio.to_thread(file.read, min(PIECE, left))):
            left -= len(piece)
            yield piece
