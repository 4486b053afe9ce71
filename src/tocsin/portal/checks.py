"""Checks at start, and of `tocsin manage check`, that say how to mend what is missing."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from tocsin.notices.face import link_address


@register
def built_assets(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """The browser bundle is made when the package is built; a checkout without it shows bare pages."""
    if (settings.PACKAGE / "static" / "dist" / "frame.js").exists():
        return []
    return [
        Warning(
            "The browser bundle is missing (src/tocsin/static/dist).",
            hint="Run `uv sync --reinstall-package tocsin`.",
            id="tocsin.W001",
        )
    ]


@register
def links_in_clear(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    """A one-time link signs in somebody's name: whoever reads along on the way could do it."""
    try:
        address = link_address()
    except (ValueError, OSError):  # the file itself is told by whoever reads it
        return []
    if not address.lower().startswith("http://"):
        return []
    return [
        Warning(
            f"One-time links are sent as {address}/…, without encryption: who reads along can answer in somebody's name.",
            hint='Put nginx with HTTPS before Tocsin (docs/deploy.md); below [links] of channels.toml write address = "https://…".',
            id="tocsin.W002",
        )
    ]
