"""A city's own ground takes the place of the one before: from its files, all of it, or nothing where a row can't be read."""

import hashlib
import io
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.atlas.layers.policy import map_policy
from tocsin.atlas.layers.queries.ground import KEEP, GroundAbout, ground_rows, ground_version, region_of_ground
from tocsin.atlas.layers.rules.ground import read_ground
from tocsin.atlas.layers.rules.ground_tables import FaultCode, GroundFault
from tocsin.atlas.layers.services.ground_child import GroundAnswer, GroundOrder
from tocsin.atlas.layers.services.ground_rows import rows_of
from tocsin.atlas.layers.services.notices import tell_of_ground
from tocsin.atlas.resources.policy.resources import resource_policy
from tocsin.atlas.resources.services.reading import ENVIRONMENT, MARGIN_S
from tocsin.base.children import run_child
from tocsin.base.datums import Datum
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.base.gate import FOREIGN_FILES
from tocsin.jurisdiction.face import User, require
from tocsin.records.face import record_audit

LOADED: Final = "map.ground_loaded"
MOST_FILES: Final = 30
MOST_ANSWER: Final = 10_000_000


@dataclass(frozen=True)
class GroundFile:
    """A file as it was given."""

    name: str
    content: bytes


class UnreadGround(InvalidInput):
    """Files that can't be read as they are: `faults` names rows, as many as policy tells; `count` counts all."""

    def __init__(self, faults: Sequence[GroundFault], count: int) -> None:
        told = ngettext(
            "%(count)s row can't be read; the ground stays as it was.",
            "%(count)s rows can't be read; the ground stays as it was.",
            count,
        )
        super().__init__(told % {"count": f"{count:,}"})
        self.faults, self.count = faults, count


def load_ground(
    *, actor: User, files: Sequence[GroundFile], datum: Datum, keep_others: bool, folder: Path, now: datetime
) -> GroundAbout:
    """Reads the files in a process of its own and keeps them as the ground; with `keep_others` parts of which they hold nothing
    stay as they were.

    NotAllowed for whoever does not keep the map of the whole installation; UnreadGround names the rows that can't be read.
    """
    require(actor, KEEP, region_of_ground())
    most = resource_policy().reading.most_megabytes
    if not 0 < len(files) <= MOST_FILES:
        raise InvalidInput(_("Choose between one and %(most)s files.") % {"most": MOST_FILES})
    for one in files:
        if not one.content or len(one.content) > most * 1_000_000:
            raise InvalidInput(
                _("%(file)s: a file has at most %(most)s MB, and is not empty.") % {"file": one.name, "most": most}
            )
    with TemporaryDirectory(prefix="tocsin-") as place, FOREIGN_FILES.held(actor.pk):
        rows = Path(place) / "rows.parquet"
        answer = _ask_child(_order(files, Path(place), rows, datum))
        if answer.faults:
            raise UnreadGround(answer.faults, answer.fault_count)
        read = pl.read_parquet(rows)
    kept: tuple[str, ...] = ()
    if keep_others and (before := ground_rows(folder)) is not None:
        others = before.filter(~pl.col("part").is_in(list(answer.parts)))
        kept, read = tuple(others["part"].unique(maintain_order=True).to_list()), pl.concat([read, others])
    digests = {one.name: hashlib.sha256(one.content).hexdigest() for one in files}
    return _keep(actor, read, folder, now, files=digests, datum=datum, kept=kept)


def keep_ground(*, actor: User, features: Iterable[Mapping[str, Any]], folder: Path, now: datetime) -> str:
    """Keeps GeoJSON features as the ground of the map and returns its version; InvalidInput leaves the old one as it was."""
    require(actor, KEEP, region_of_ground())
    return _keep(actor, rows_of(read_ground(features)), folder, now, files={}, datum=Datum.CGCS2000, kept=()).version


def _keep(
    actor: User, rows: pl.DataFrame, folder: Path, now: datetime, *, files: dict[str, str], datum: Datum, kept: tuple[str, ...]
) -> GroundAbout:
    version = hashlib.sha256(_parquet(rows, {})).hexdigest()[:12]
    parts = dict(Counter(rows["part"].to_list()))
    about = GroundAbout(version, now, str(actor), parts, files, datum, kept)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"ground-{version}.parquet"
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(_parquet(rows, {"tocsin": msgspec.json.encode(about).decode()}))
    before = ground_version(folder)
    with transaction.atomic():
        told = {"features": len(rows), "before": before, "parts": parts, "datum": datum.value, "kept": list(kept), "files": files}
        record_audit(actor, LOADED, "map", version, region_of_ground(), told)
        if version != before:
            tell_of_ground(actor, about, now)
        draft.replace(path)
    for old in folder.glob("ground-*.parquet"):
        if old != path:
            old.unlink(missing_ok=True)  # a process that has read it holds it in memory
    return about


def _parquet(rows: pl.DataFrame, metadata: dict[str, str]) -> bytes:
    body = io.BytesIO()
    rows.write_parquet(body, metadata=metadata)
    return body.getvalue()


def _order(files: Sequence[GroundFile], place: Path, rows: Path, datum: Datum) -> GroundOrder:
    policy, bounds = map_policy().ground, resource_policy().reading
    written = []
    for number, one in enumerate(files):
        path = place / f"file{number}"
        path.write_bytes(one.content)
        written.append((one.name, str(path)))
    return GroundOrder(
        files=tuple(written),
        rows=str(rows),
        datum=datum,
        parts=policy.parts,
        kinds=policy.kinds,
        columns=msgspec.structs.asdict(policy.columns),
        most_features=policy.most_features,
        faults_told=policy.errors_told,
        memory_bytes=bounds.memory_megabytes * 1_000_000,
        cpu_s=bounds.seconds,
    )


def _ask_child(order: GroundOrder) -> GroundAnswer:
    command = [sys.executable, "-I", "-m", "tocsin.atlas.layers.services.ground_child"]
    with suppress(subprocess.TimeoutExpired, InvalidInput):
        done = run_child(
            command,
            input=msgspec.json.encode(order),
            timeout=order.cpu_s + MARGIN_S,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        if done.returncode == 0:
            return decode_json(done.stdout, GroundAnswer, most_bytes=MOST_ANSWER)
    names = ", ".join(name for name, _path in order.files)
    return GroundAnswer(faults=(GroundFault(names, "", 0, FaultCode.TOO_HEAVY),), fault_count=1)
