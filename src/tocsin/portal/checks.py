"""Checks at start that say how to mend what is missing."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


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
