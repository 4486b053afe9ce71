"""Hunts with atheris for inputs that break a target: `python -m tests.fuzz.run --seconds 60 [TARGET …]`, or `make fuzz`.

What breaks a target lies in `.fuzz/`; mended, it goes into the target's corpus, from where every run of the tests replays it.
"""

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz import CORPUS, TARGETS

FOUND = Path(".fuzz")


def hunt(name: str, seconds: int) -> None:
    """One target in this process; libFuzzer ends it."""
    import atheris
    import django

    os.environ["TOCSIN_DATA"] = tempfile.mkdtemp(prefix="tocsin-fuzz-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.portal.settings"
    with atheris.instrument_imports(include=["tocsin", "openpyxl"]):
        django.setup()
        target = importlib.import_module(f"tests.fuzz.{name}")
    begun = FOUND / "begun" / name  # what this run has reached: kept for the next one, not for the repository
    begun.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (begun / f"seed-{number}").write_bytes(seed)
    for one in (CORPUS / name).glob("*"):
        shutil.copy(one, begun)
    options = [f"-max_total_time={seconds}", f"-max_len={target.MOST}", f"-artifact_prefix={FOUND}/{name}-", "-timeout=10"]
    atheris.Setup([sys.argv[0], str(begun), *options, "-print_final_stats=1", "-rss_limit_mb=3000"], target.check)
    atheris.Fuzz()


def main() -> int:
    """All targets one after another, each in a process of its own; 1 where one of them broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], default=[])
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--here", action="store_true", help="one target, in this process")
    given = parser.parse_args()
    FOUND.mkdir(exist_ok=True)
    if given.here:
        hunt(given.targets[0], given.seconds)
        return 0
    broken = []
    for name in given.targets or TARGETS:
        print(f"==== {name}", flush=True)
        command = [sys.executable, "-m", "tests.fuzz.run", "--here", "--seconds", str(given.seconds), name]
        if subprocess.run(command, check=False).returncode:
            broken.append(name)
    print(f"broken: {', '.join(broken)}; see {FOUND}/" if broken else "nothing broke")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
