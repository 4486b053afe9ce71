"""What processes write to standard error: one line for each record, with its zone, never a secret of somebody else's library."""

import logging
import re
from datetime import UTC, datetime
from typing import Any

KEYS = re.compile(r"(/(?:n|q)/)[\w.=-]{20,}")
"""Addresses that are keys: one-time links (`notices.messages.rules.links`), printed codes (`supervision.objects.rules.codes`)."""

CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), 127, *range(0x80, 0xA0), 0x2028, 0x2029)}
"""A text from outside can't begin a line of its own or steer a terminal."""

# Libraries that tell addresses and headers of their requests below this level, with the keys in them.
QUIET = ("apprise", "httpcore", "httpx", "nats", "oauthlib", "requests", "requests_oauthlib", "urllib3")
# Refusals, which `portal.middleware.RefusalsTold` tells with who and from where: of these only failures.
TOLD_BY_US = ("django.request", "django.security.csrf")


class OneLine(logging.Formatter):
    """`2026-11-24T08:00:00.123+00:00 WARNING name message`; only a traceback follows on lines of its own."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - the name of logging
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """The line, its traceback below it; an address that is a key is told by its form, whoever tells it."""
        return KEYS.sub(r"\1…", super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return super().formatMessage(record).translate(CONTROL)


def logging_settings(level: str) -> dict[str, Any]:
    """Django's LOGGING, with the operator's level for everything of ours."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": OneLine}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {**{name: {"level": "WARNING"} for name in QUIET}, **{name: {"level": "ERROR"} for name in TOLD_BY_US}},
    }
