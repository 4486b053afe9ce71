"""A city's digital elevation model takes the place of the one before: from its files, all of it, or nothing."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.atlas.layers.policy import map_policy
from tocsin.atlas.layers.queries.ground import KEEP, region_of_ground
from tocsin.atlas.layers.queries.terrain import TerrainAbout, terrain_path, terrain_version
from tocsin.atlas.layers.queries.terrain_store import TerrainStore
from tocsin.atlas.layers.services.notices import tell_of_terrain
from tocsin.atlas.layers.services.terrain_child import TerrainAnswer, TerrainOrder
from tocsin.atlas.resources.policy.resources import resource_policy
from tocsin.atlas.resources.services.reading import ENVIRONMENT, MARGIN_S
from tocsin.base.datums import Datum
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.base.gate import FOREIGN_FILES
from tocsin.jurisdiction.face import User, require
from tocsin.records.face import record_audit

LOADED: Final = "map.terrain_loaded"
MOST_ANSWER: Final = 1_000_000
_CHUNK: Final = 1_000_000


@dataclass(frozen=True)
class TerrainFile:
    """A file as it was given: what it holds, or where it lies on this machine."""

    name: str
    content: bytes | Path


def load_terrain(*, actor: User, files: Sequence[TerrainFile], datum: Datum, folder: Path, now: datetime) -> TerrainAbout:
    """Reads GeoTIFFs in a process of its own and keeps their heights as the terrain of the map.

    NotAllowed for whoever does not keep the map of the whole installation; InvalidInput names the files that can't be read, and the
    terrain stays as it was.
    """
    require(actor, KEEP, region_of_ground())
    policy, most = map_policy().terrain, resource_policy().reading.most_megabytes
    if not 0 < len(files) <= policy.most_files:
        raise InvalidInput(_("Choose between one and %(most)s files.") % {"most": policy.most_files})
    for one in files:
        if isinstance(one.content, bytes) and not 0 < len(one.content) <= most * 1_000_000:
            told = _("%(file)s: a file has at most %(most)s MB here, and is not empty. Larger ones: tocsin load terrain.")
            raise InvalidInput(told % {"file": one.name, "most": most})
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="draft-", dir=folder) as place, FOREIGN_FILES.held(actor.pk):
        written = [_written(one, Path(place) / f"file{number}") for number, one in enumerate(files)]
        draft = Path(place) / "terrain"
        order = TerrainOrder(
            files=tuple((one.name, str(path)) for one, path in zip(files, written, strict=True)),
            store=str(draft),
            datum=datum,
            deepest_zoom=policy.deepest_zoom,
            most_megapixels=policy.most_megapixels,
            memory_bytes=policy.memory_megabytes * 1_000_000,
            cpu_s=policy.seconds,
        )
        answer = _ask_child(order)
        if answer.refused:
            raise InvalidInput("\n".join(_words(*one) for one in answer.refused))
        digests = {one.name: _digest(path) for one, path in zip(files, written, strict=True)}
        return _keep(actor, draft, answer, digests, datum, folder, now)


def _keep(
    actor: User, draft: Path, answer: TerrainAnswer, files: dict[str, str], datum: Datum, folder: Path, now: datetime
) -> TerrainAbout:
    told_of = msgspec.json.encode([sorted(files.items()), datum.value, answer.zoom, answer.box])
    version = hashlib.sha256(told_of).hexdigest()[:12]
    about = TerrainAbout(
        version=version,
        at=now,
        by=str(actor),
        zoom=answer.zoom,
        box=answer.box,
        lowest_m=round(answer.lowest_m, 1),
        highest_m=round(answer.highest_m, 1),
        void_share=answer.void_share,
        tiles=answer.tiles,
        files=files,
        datum=datum,
    )
    _write_about(draft, about)
    before = terrain_version(folder)
    with transaction.atomic():
        told = {"before": before, "datum": datum.value, "files": files, "zoom": answer.zoom, "tiles": answer.tiles}
        record_audit(actor, LOADED, "map", version, region_of_ground(), told)
        if version != before:
            tell_of_terrain(actor, about, now)
        draft.replace(terrain_path(folder, version))
    for old in folder.glob("terrain-*.sqlite3"):
        if old != terrain_path(folder, version):
            old.unlink(missing_ok=True)
    return about


def _write_about(draft: Path, about: TerrainAbout) -> None:
    store = TerrainStore(draft, existing=True)
    store.write_about(msgspec.json.encode(about).decode())
    store.close()
    with draft.open("rb+") as file:
        os.fsync(file.fileno())


def _words(name: str, template: str, figures: dict[str, str]) -> str:
    why = _(template) % figures
    return _("%(file)s: %(why)s.") % {"file": name, "why": why} if name else f"{why}."


def _written(one: TerrainFile, path: Path) -> Path:
    if isinstance(one.content, Path):
        return one.content
    path.write_bytes(one.content)
    return path


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _ask_child(order: TerrainOrder) -> TerrainAnswer:
    command = [sys.executable, "-I", "-m", "tocsin.atlas.layers.services.terrain_child"]
    with suppress(subprocess.TimeoutExpired, InvalidInput):
        done = subprocess.run(  # noqa: S603 - our own
            command,
            input=msgspec.json.encode(order),
            capture_output=True,
            timeout=order.cpu_s + MARGIN_S,
            check=False,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        if done.returncode == 0:
            return decode_json(done.stdout, TerrainAnswer, most_bytes=MOST_ANSWER)
    heavy = InvalidInput(
        "it can't be read within the memory and time that a terrain may take: save it in tiles, or give less at once"
    )
    return TerrainAnswer(refused=(("", str(heavy.args[0]), {}),))
