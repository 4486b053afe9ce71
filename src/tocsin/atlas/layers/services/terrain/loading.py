"""A city's digital elevation model takes the place of the one before: from its files, all of it, or nothing."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.atlas.layers.policy import map_policy
from tocsin.atlas.layers.queries.ground import KEEP, region_of_ground
from tocsin.atlas.layers.queries.terrain import TerrainAbout, terrain_about, terrain_path, terrain_version
from tocsin.atlas.layers.queries.terrain_store import TerrainStore
from tocsin.atlas.layers.services.notices import tell_of_terrain
from tocsin.atlas.layers.services.terrain.child import TerrainAnswer, TerrainOrder, TerrainRefusal
from tocsin.atlas.resources.services.reading import ENVIRONMENT, MARGIN_S
from tocsin.base.children import run_child
from tocsin.base.datums import Datum
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.base.gate import Gate
from tocsin.jurisdiction.face import User, require
from tocsin.records.face import record_audit

LOADED: Final = "map.terrain_loaded"
MOST_ANSWER: Final = 1_000_000
MOST_SOURCE: Final = 200
LEFT_BEHIND: Final = timedelta(days=1)  # a draft of before is of a process that died
_CHUNK: Final = 1_000_000
_GATE: Final = Gate(
    at_once=1, wait_s=5.0, busy=Unavailable("A terrain is being read just now: send this one again in some minutes.")
)


@dataclass(frozen=True)
class TerrainFile:
    """A file as it was given: as it came in, or where it lies on this machine."""

    name: str
    content: "File[bytes] | Path"


def load_terrain(
    *, actor: User, files: Sequence[TerrainFile], datum: Datum, source: str, folder: Path, now: datetime
) -> TerrainAbout:
    """Reads GeoTIFFs in a process of its own and keeps their heights as the terrain of the map. `source`: who made them and under
    which licence, as every map that shows them says.

    NotAllowed for whoever does not keep the map of the whole installation; InvalidInput names the files that can't be read, and
    the terrain stays as it was.
    """
    require(actor, KEEP, region_of_ground())
    policy, sent = map_policy().terrain, [one for one in files if isinstance(one.content, File)]
    source = source.strip()
    if len(source) > MOST_SOURCE:
        raise InvalidInput(_("The source has at most %(most)s characters.") % {"most": MOST_SOURCE})
    if not 0 < len(files) <= policy.most_files:
        raise InvalidInput(_("Choose between one and %(most)s files.") % {"most": policy.most_files})
    if sum(one.content.size for one in sent if isinstance(one.content, File)) > policy.most_megabytes * 1_000_000:
        told = _("The files have more than %(most)s MB together: load larger ones by the command tocsin load terrain.")
        raise InvalidInput(told % {"most": policy.most_megabytes})
    folder.mkdir(parents=True, exist_ok=True)
    _clear(folder, now)
    with TemporaryDirectory(prefix="draft-", dir=folder) as place, _GATE.held(actor.pk):
        written = dict(zip(_names(files), _written(files, Path(place)), strict=True))
        draft = Path(place) / "terrain"
        order = TerrainOrder(
            files=tuple((name, str(path)) for name, path in written.items()),
            store=str(draft),
            store_bytes=shutil.disk_usage(folder).free // 2,
            datum=datum,
            deepest_zoom=policy.deepest_zoom,
            most_megapixels=policy.most_megapixels,
            most_tiles=policy.most_tiles,
            memory_bytes=policy.memory_megabytes * 1_000_000,
            cpu_s=policy.page_seconds if sent else policy.seconds,
        )
        answer = _ask_child(order)
        if answer.refused:
            raise InvalidInput("\n".join(_words(one) for one in answer.refused))
        digests = {name: _digest(path) for name, path in written.items()}
        return _keep(actor, draft, answer, digests, datum, source, folder, now)


def _keep(
    actor: User,
    draft: Path,
    answer: TerrainAnswer,
    files: dict[str, str],
    datum: Datum,
    source: str,
    folder: Path,
    now: datetime,
) -> TerrainAbout:
    told_of = msgspec.json.encode([sorted(files.items()), datum.value, source, answer.zoom, answer.box, now])
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
        source=source,
    )
    _write_about(draft, about)
    before, known = terrain_version(folder), terrain_about(folder)
    told = {"before": before, "datum": datum.value, "files": files, "source": source, "zoom": answer.zoom, "tiles": answer.tiles}
    with transaction.atomic():
        record_audit(actor, LOADED, "map", version, region_of_ground(), told)
        if known is None or (known.files, known.source) != (files, source):
            tell_of_terrain(actor, about, now)
        draft.replace(terrain_path(folder, version))
    for old in folder.glob("terrain-*.sqlite3"):
        if old not in (terrain_path(folder, version), terrain_path(folder, before)):  # the last one may be read just now
            old.unlink(missing_ok=True)
    return about


def _write_about(draft: Path, about: TerrainAbout) -> None:
    store = TerrainStore(draft, existing=True)
    store.write_about(msgspec.json.encode(about).decode())
    store.close()
    with draft.open("rb+") as file:
        os.fsync(file.fileno())


def _words(one: TerrainRefusal) -> str:
    why = _(one.template) % one.figures
    whole = why if why.endswith(("?", "？")) else _("%(why)s.") % {"why": why}
    return _("%(file)s: %(why)s") % {"file": one.file, "why": whole} if one.file else whole


def _names(files: Sequence[TerrainFile]) -> list[str]:
    """The names of the files, each another: two folders may hold a `dem.tif`."""
    names: list[str] = []
    for one in files:
        number = sum(name == one.name or name.startswith(f"{one.name} (") for name in names)
        names.append(f"{one.name} ({number + 1})" if number else one.name)
    return names


def _written(files: Sequence[TerrainFile], place: Path) -> Iterator[Path]:
    for number, one in enumerate(files):
        if isinstance(one.content, Path):
            yield one.content
            continue
        path = place / f"file{number}"
        with path.open("wb") as target:
            for chunk in one.content.chunks():
                target.write(chunk)
        yield path


def _clear(folder: Path, now: datetime) -> None:
    for one in folder.glob("draft-*"):
        with suppress(FileNotFoundError):
            if one.stat().st_mtime < (now - LEFT_BEHIND).timestamp():
                shutil.rmtree(one, ignore_errors=True)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _ask_child(order: TerrainOrder) -> TerrainAnswer:
    command = [sys.executable, "-I", "-m", "tocsin.atlas.layers.services.terrain.child"]
    with suppress(subprocess.TimeoutExpired, InvalidInput):
        done = run_child(
            command,
            input=msgspec.json.encode(order),
            timeout=order.cpu_s + MARGIN_S,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        if done.returncode == 0:
            return decode_json(done.stdout, TerrainAnswer, most_bytes=MOST_ANSWER)
    heavy = InvalidInput(
        "it can't be read within the memory and time that a terrain may take: save it in tiles (gdal_translate -co TILED=YES), "
        "give less at once, or load it by the command tocsin load terrain, which may take longer"
    )
    return TerrainAnswer(refused=(TerrainRefusal("", str(heavy.args[0])),))
