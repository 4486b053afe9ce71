"""No stranger's file is decoded and no password hashed with a transaction open: SQLite has one writer, and both take long."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import PIL.Image
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connections
from django.db.transaction import Atomic

import tocsin.base.sheets
import tocsin.base.tables

DECODED: list[str] = []
"""What was decoded since somebody emptied it, by the decoder's name."""


def is_open() -> bool:
    """Whether the product has a transaction open in this thread; the one around a test does not count, as for `durable`."""
    blocks = [block for connection in connections.all(initialized_only=True) for block in connection.atomic_blocks]
    return any(not getattr(block, "_from_testcase", False) for block in blocks)


def know_own_blocks() -> None:
    """A block that a test opens itself counts as the one around it does."""
    enter, own = Atomic.__enter__, str(Path(__file__).parent)

    def begin(self: Any) -> None:
        if sys._getframe(1).f_code.co_filename.startswith(own):
            self._from_testcase = True
        enter(self)

    Atomic.__enter__ = begin  # type: ignore[method-assign]


def refused_within(decode: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The decoder, which fails with a transaction open."""

    @functools.wraps(decode)
    def outside(*given: Any, **named: Any) -> Any:
        DECODED.append(name)
        if is_open():
            raise AssertionError(f"{name} with a transaction open: prepare it before")
        return decode(*given, **named)

    return outside


def watch() -> None:
    """From here on every test of the run holds to it, whatever it tests."""
    know_own_blocks()
    PIL.Image.open = refused_within(PIL.Image.open, "Image.open")
    tocsin.base.sheets.load_workbook = refused_within(tocsin.base.sheets.load_workbook, "load_workbook")  # type: ignore[attr-defined]
    MD5PasswordHasher.encode = refused_within(MD5PasswordHasher.encode, "a password is hashed")  # that of the tests
    tocsin.base.tables._text_of = refused_within(tocsin.base.tables._text_of, "a table")
