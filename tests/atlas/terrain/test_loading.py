"""A city's heights take the place of those before, or nothing changes; what they say at places and along lines."""

import os
import shutil
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner
from django.core.files import File
from django.utils import timezone

from tests.atlas.terrain.elevation import NORTH, SIDE, STEP, WEST, slope, write_model
from tests.people import make_person
from tocsin.atlas.layers.policy import map_policy
from tocsin.atlas.layers.queries.terrain import (
    heights_at,
    heights_within,
    profile_along,
    terrain_about,
    terrain_version,
)
from tocsin.atlas.layers.services.notices import texts as notice_texts
from tocsin.atlas.layers.services.terrain import loading
from tocsin.atlas.layers.services.terrain.loading import TerrainFile, load_terrain
from tocsin.base.datums import Datum
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.workshop.commands.load import load as load_command

HERE = (120.41, 36.17)
SOURCE = "Surveying Institute, CC BY 4.0"


def put(keeper: User, folder: Path, *files: Path, source: str = "") -> str:
    given = [TerrainFile(one.name, one) for one in files]
    made = load_terrain(actor=keeper, files=given, datum=Datum.CGCS2000, source=source, folder=folder, now=timezone.now())
    return made.version


@pytest.mark.usefixtures("own_process")
def test_a_terrain_is_read_kept_and_told(keeper: User, tmp_path: Path) -> None:
    folder = tmp_path / "terrain"
    version = put(keeper, folder, write_model(tmp_path / "dem.tif"), source=f" {SOURCE} ")
    about = terrain_about(folder)
    assert about is not None and about.version == version == terrain_version(folder)
    assert (about.source, list(about.files), about.zoom, about.void_share) == (SOURCE, ["dem.tif"], 12, 0.0)
    assert [one.name for one in folder.iterdir()] == [f"terrain-{version}.sqlite3"]
    (height,) = heights_at(folder, [HERE])
    assert height == pytest.approx(float(slope(*(np.array(one) for one in HERE))), abs=0.3)
    assert heights_at(folder, [(100.0, 30.0), (HERE[0], 36.3)]) == [None, None]
    told = AuditEntry.objects.get(action="map.terrain_loaded")
    assert (told.details["files"], told.details["source"], told.details["before"]) == (about.files, SOURCE, "")


def test_a_line_goes_up_as_the_ground_does(keeper: User, tmp_path: Path) -> None:
    put(keeper, tmp_path / "terrain", write_model(tmp_path / "dem.tif"))
    line = [(120.39, 36.15), (120.44, 36.15), (120.44, 36.25)]
    places = profile_along(tmp_path / "terrain", line, 120)
    assert (places[0].metres, places[0].lon, places[0].lat) == (0.0, 120.39, 36.15)
    assert places[-1].metres == pytest.approx(4_490 + 11_120, rel=0.01)
    known = [one for one in places if one.height_m is not None]
    assert all(one.height_m == pytest.approx(float(slope(np.array(one.lon), np.array(one.lat))), abs=0.4) for one in known)
    assert places[-1].height_m is None and len(known) > 60


def test_what_a_picture_needs_comes_from_several_tiles(keeper: User, tmp_path: Path) -> None:
    put(keeper, tmp_path / "terrain", write_model(tmp_path / "dem.tif"))
    about = terrain_about(tmp_path / "terrain")
    assert about is not None
    found = heights_within(tmp_path / "terrain", about, about.box, about.zoom)
    assert found is not None
    heights, voids, _left, _top = found
    assert heights[~voids].min() == pytest.approx(about.lowest_m, abs=2)
    assert heights[~voids].max() == pytest.approx(about.highest_m, abs=2)
    assert heights_within(tmp_path / "terrain", about, (100.0, 30.0, 100.1, 30.1), about.zoom) is None


def test_a_file_that_cannot_be_read_leaves_the_old_terrain(keeper: User, tmp_path: Path) -> None:
    folder = tmp_path / "terrain"
    version = put(keeper, folder, write_model(tmp_path / "dem.tif"))
    (tmp_path / "plan.tif").write_bytes(b"%PDF-1.7")
    with pytest.raises(InvalidInput) as refusal:
        put(keeper, folder, write_model(tmp_path / "new.tif"), tmp_path / "plan.tif", write_model(tmp_path / "rgb.tif", bands=3))
    assert str(refusal.value).splitlines() == [
        "plan.tif: it is no TIFF, whatever its name says: export the heights as a GeoTIFF.",
        "rgb.tif: it has 3 bands: a picture, not heights; an elevation model has one.",
    ]
    assert terrain_version(folder) == version and AuditEntry.objects.filter(action="map.terrain_loaded").count() == 1
    assert len(list(folder.iterdir())) == 1


@pytest.mark.usefixtures("own_process")
def test_the_process_falls_and_nobody_else_where_it_wants_too_much(
    keeper: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, policy = tmp_path / "terrain", map_policy()
    little = msgspec.structs.replace(policy.terrain, memory_megabytes=300)
    monkeypatch.setattr(loading, "map_policy", lambda: msgspec.structs.replace(policy, terrain=little))
    with pytest.raises(InvalidInput, match="within the memory and time"):
        put(keeper, folder, write_model(tmp_path / "dem.tif"))
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("own_process")
def test_tiles_that_would_fill_the_disk_are_not_written(keeper: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = shutil.disk_usage(tmp_path)._replace(free=40_000)
    monkeypatch.setattr(loading.shutil, "disk_usage", lambda _folder: room)
    with pytest.raises(InvalidInput, match="half of what is free on the disk"):
        put(keeper, tmp_path / "terrain", write_model(tmp_path / "dem.tif"))


def test_files_of_one_name_are_all_kept_and_what_a_process_left_is_cleared(keeper: User, tmp_path: Path) -> None:
    folder = tmp_path / "terrain"
    (folder / "draft-old").mkdir(parents=True)
    long_ago = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(folder / "draft-old", (long_ago, long_ago))
    given = []
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        given.append(write_model(tmp_path / str(number) / "dem.tif", values=np.full((SIDE, SIDE), 10.0 * number)))
    put(keeper, folder, *given)
    about = terrain_about(folder)
    assert about is not None and list(about.files) == ["dem.tif", "dem.tif (2)"]
    assert not (folder / "draft-old").exists()


def test_what_comes_in_by_a_page_is_bounded_and_read_in_parts(
    keeper: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = write_model(tmp_path / "dem.tif").read_bytes()
    sent = TerrainFile("dem.tif", File(BytesIO(content), "dem.tif"))

    def load(*files: TerrainFile, source: str = "") -> None:
        told = {"datum": Datum.CGCS2000, "source": source, "folder": tmp_path / "terrain", "now": timezone.now()}
        load_terrain(actor=keeper, files=files, **told)  # type: ignore[arg-type]

    load(sent)
    assert terrain_version(tmp_path / "terrain")
    huge = File(BytesIO(b""), "huge.tif")
    huge.size = 201_000_000
    with pytest.raises(InvalidInput, match="more than 200 MB together"):
        load(TerrainFile("huge.tif", huge))
    with pytest.raises(InvalidInput, match="between one and 64 files"):
        load()
    with pytest.raises(InvalidInput, match="at most 200 characters"):
        load(sent, source="x" * 201)


def test_who_does_not_keep_the_map_is_refused_before_anything_is_read(keeper: User, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        put(make_person("duty_officer"), tmp_path / "terrain", tmp_path / "there is none.tif")
    assert not (tmp_path / "terrain").exists()


def test_everybody_else_who_keeps_the_map_is_told_once(keeper: User, tmp_path: Path) -> None:
    other = make_person("rule_engineer")
    file = write_model(tmp_path / "dem.tif", values=np.full((SIDE, SIDE), 12.0))
    put(keeper, tmp_path / "terrain", file)
    put(keeper, tmp_path / "terrain", file)  # the same heights again are no news
    told = Notice.objects.filter(purpose="map_changes")
    assert [one.person_id for one in told] == [other.pk]
    text = notice_texts(list(told))[told[0].pk]
    assert "has exchanged the terrain of the map: heights from 12.0 to 12.0 m." in text and "From dem.tif." in text


@pytest.mark.django_db
def test_the_command_takes_files_and_tells_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.workshop.commands.load.prepare_database", lambda: "")
    monkeypatch.setenv("TOCSIN_DATA", str(tmp_path))
    bad = write_model(tmp_path / "bad.tif", crs=None)
    refused = CliRunner().invoke(load_command, ["terrain", str(bad)])
    done = CliRunner().invoke(load_command, ["terrain", str(write_model(tmp_path / "dem.tif")), "--source", SOURCE])
    assert refused.exit_code != 0 and "bad.tif: nothing says where it lies" in str(refused.exception)
    assert done.exit_code == 0, done.output
    assert "tiles to zoom 12" in done.output
    about = terrain_about(tmp_path / "terrain")
    assert about is not None and about.source == SOURCE
    assert about.box == pytest.approx((WEST, NORTH - SIDE * STEP, WEST + SIDE * STEP, NORTH))
