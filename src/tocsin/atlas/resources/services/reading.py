"""A file read in the process of its own that `child` is."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from tocsin.atlas.resources.policy.resources import resource_policy
from tocsin.atlas.resources.services.child import Answer, Order
from tocsin.base.children import run_child
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.engine.deliveries.profile import Profile

MARGIN_S = 30.0
MOST_ANSWER = 60_000_000
ENVIRONMENT = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}


def read_file(
    path: Path,
    rows: Path,
    *,
    now_ms: int,
    layer: str = "",
    contract: str = "",
    slug: str = "",
    name: str = "",
    before: Profile | None = None,
) -> Answer:
    """What the child says of the file; its typed rows are in `rows`. A file that is too much for it is refused in its answer."""
    return _ask_child(_order(path, rows, now_ms=now_ms, layer=layer, contract=contract, slug=slug, name=name, before=before))


def layers_in(path: Path) -> Answer:
    """The names of the layers of a file, as the child says them; none for a file that has no layers."""
    return _ask_child(_order(path, path, now_ms=0, layers_only=True))


def first_rows(path: Path, *, count: int, layer: str = "", contract: str = "") -> Answer:
    """Headings and first rows of a file, and which of its headings are columns of the contract."""
    return _ask_child(_order(path, path, now_ms=0, layer=layer, contract=contract, first=count))


def _order(path: Path, rows: Path, **told: Any) -> Order:
    bounds = resource_policy().reading
    memory_bytes = bounds.memory_megabytes * 1_000_000
    return Order(file=str(path), rows=str(rows), memory_bytes=memory_bytes, cpu_s=bounds.seconds, **told)


def _ask_child(order: Order) -> Answer:
    command = [sys.executable, "-I", "-m", "tocsin.atlas.resources.services.child"]
    seconds = order.cpu_s
    try:
        done = run_child(
            command,
            input=msgspec.json.encode(order),
            timeout=seconds + MARGIN_S,
            env=ENVIRONMENT,
            start_new_session=True,  # Ctrl-C at a terminal ends those who asked, and no file counts as unreadable because of it
        )
    except subprocess.TimeoutExpired:
        return _refused("it takes longer than %(seconds)s s to read: send it in parts", seconds=str(seconds))
    if done.returncode == 0:
        with suppress(InvalidInput):
            return decode_json(done.stdout, Answer, most_bytes=MOST_ANSWER)
    return _refused("it can't be read within the memory and time that a file may take: send it in parts, or save it anew")


def _refused(template: str, **figures: str) -> Answer:
    return Answer(refused=template, figures=figures)
