"""Large selections as files: asked for, made in parts, told, opened by their asker alone, gone after their time."""

import asyncio
import csv
import io
import json
import os
import zipfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import openpyxl
import pyogrio
import pytest
from django.conf import settings as configured
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.atlas.exchange.hydrants import ROOT, Reader
from tests.people import make_named_person
from tocsin.atlas.exchange import policy
from tocsin.atlas.exchange.models import CollectionReading, SelectionFile
from tocsin.atlas.exchange.queries.selection_files import folder, path_of
from tocsin.atlas.exchange.rules.ranges import OutsideFileError, part_of
from tocsin.atlas.exchange.services import making
from tocsin.atlas.exchange.services import selection_files as services
from tocsin.atlas.exchange.shown import file_answers, files
from tocsin.atlas.exchange.views import selection_files as views
from tocsin.base.errors import Conflict, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.jurisdiction.rights.models import Grant
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.contributions import purposes
from tocsin.records.audit.models import AuditEntry
from tocsin.screens.clock import current_time

pytestmark = pytest.mark.django_db
SELECTION = {"filter": "outlets = 3", "sortby": "-name"}


@pytest.fixture(autouse=True)
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Parts of two rows, no rests, no more than five rows at once."""
    monkeypatch.setattr(configured, "CONFIGURATION", replace(configured.CONFIGURATION, data=tmp_path))
    monkeypatch.setattr(making, "PART", 2)
    monkeypatch.setattr(making.time, "sleep", lambda _s: None)
    bounded(monkeypatch, at_once_rows=5, of_one=3)
    with translation.override("en"):
        yield


def bounded(monkeypatch: pytest.MonkeyPatch, **figures: Any) -> None:
    """The policy with other figures for files."""
    shipped = policy.exchange_policy()
    changed = structs.replace(shipped, files=structs.replace(shipped.files, **figures))
    for module in (services, making, files, views):
        monkeypatch.setattr(module, "exchange_policy", lambda: changed)


def asked(person: User, form: str = "csv", **selection: str) -> SelectionFile:
    return services.ask_selection_file(
        actor=person, collection="hydrants", form=form, selection=selection, address="http://t/items", now=current_time()
    )


def work(maker: making.FileMaker | None = None) -> None:
    """The worker works until nothing waits."""
    maker = maker or making.FileMaker()
    while maker(now=current_time()):
        pass


def bytes_of(client: Client, file: SelectionFile) -> bytes:
    response = client.get(f"/sharing/files/{file.pk}/content/")
    assert response.status_code == 200
    return bytes_in(response)


def bytes_in(response: Any) -> bytes:
    if not response.streaming:
        return bytes(response.content)

    async def read() -> bytes:
        return b"".join([piece async for piece in cast("AsyncIterator[bytes]", response.streaming_content)])

    return asyncio.run(read())


def signed_in(person: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def test_csv_is_made_told_charged_and_opened(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_answers, "AT_ONCE", 10)  # it goes out in pieces
    file = asked(person, **SELECTION)
    work()
    file.refresh_from_db()
    assert (file.state, file.rows, file.written) == ("ready", 3, 3)
    notice = Notice.objects.get(person=person)
    assert "3 rows as CSV" in purposes()[notice.purpose].texts([notice])[notice.pk]
    assert CollectionReading.objects.get().rows == 3
    with zipfile.ZipFile(io.BytesIO(bytes_of(signed_in(person), file))) as parts:
        rows = list(csv.reader(io.StringIO(parts.read("hydrants.csv").decode("utf-8-sig"))))
        told = dict(csv.reader(io.StringIO(parts.read("provenance.csv").decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["_key", "h07", "h03", "h11"]
    assert told["Rows"] == "3"
    acts = AuditEntry.objects.filter(object_type="selection_file").order_by("id").values_list("action", flat=True)
    assert list(acts) == ["selection_file.asked", "selection_file.made", "selection_file.opened"]
    assert [one.name for one in folder().iterdir()] == [f"{file.pk}.csv"]


def test_geopackage_and_excel_are_whole(person: User, tmp_path: Path) -> None:
    package, book = asked(person, "gpkg"), asked(person, "xlsx", properties="name,outlets")
    work()
    path = tmp_path / "whole.gpkg"
    path.write_bytes(path_of(package).read_bytes())
    assert pyogrio.read_info(path, layer="hydrants")["features"] == 12
    _meta, told = pyogrio.read_arrow(path, layer="provenance")
    assert "12" in told["told"].to_pylist()
    sheet = openpyxl.load_workbook(io.BytesIO(path_of(book).with_suffix(".xlsx").read_bytes())).worksheets[0]
    assert (sheet.max_row, sheet["B2"].value) == (13, "Hydrant 0 消防栓")


def test_geojson_and_shapefiles_are_whole(person: User) -> None:
    features, shapes = asked(person, "geojson"), asked(person, "shp")
    work()
    assert len(json.loads(path_of(features).read_bytes())["features"]) == 12
    with zipfile.ZipFile(path_of(shapes)) as archive:
        assert {"hydrants_points.shp", "columns.csv", "provenance.csv"} <= set(archive.namelist())


def test_small_ones_stay_immediate_and_large_ones_are_a_press(person: User, read: Reader) -> None:
    assert read("/collections/hydrants/download", form="csv", filter="outlets = 3").status_code == 200
    refused = read("/collections/hydrants/download", form="csv")
    assert refused.status_code == 400
    assert "in the background" in refused.content.decode()
    client = signed_in(person)
    page = client.get(f"{ROOT}/collections/hydrants/items?f=html").content.decode()
    assert page.count('action="/sharing/files/ask/hydrants/"') == 5
    answer = client.post("/sharing/files/ask/hydrants/", {"form": "csv", "selection": "filter=outlets+%3C+3"})
    file = SelectionFile.objects.get()
    assert (answer["Location"], file.asked) == (f"/sharing/files/{file.pk}/", {"filter": "outlets < 3"})
    assert "being made" not in client.get("/sharing/files/").content.decode()
    assert client.get(answer["Location"], headers={"HX-Request": "true"}).content.decode().count("<progress") == 1
    refused = client.post("/sharing/files/ask/hydrants/", {"form": "csv", "selection": "filter=none+%3D+3"}, follow=True)
    assert "none" in refused.content.decode()


def test_what_a_killed_worker_began_is_begun_anew_and_told_once(person: User) -> None:
    file = asked(person)
    killed = making.FileMaker()
    for _round in range(3):
        killed(now=current_time())
    file.refresh_from_db()
    assert (file.state, file.written) == ("making", 4)
    work()
    work(killed)  # it was not dead: what it had begun is another's now
    file.refresh_from_db()
    assert (file.state, file.written, file.tries) == ("ready", 12, 2)
    assert Notice.objects.count() == 1
    assert [one.name for one in folder().iterdir()] == [f"{file.pk}.csv"]


def test_what_was_begun_in_vain_is_given_up_and_told(person: User) -> None:
    file = asked(person)
    for _time in range(3):
        making.FileMaker()(now=current_time())
    work()
    file.refresh_from_db()
    assert (file.state, file.trouble) == ("failed", "broken")
    notice = Notice.objects.get()
    assert "in vain" in purposes()[notice.purpose].texts([notice])[notice.pk]
    page = signed_in(person).get(f"/sharing/files/{file.pk}/").content.decode()
    assert "Ask for it anew" in page


def test_a_right_that_goes_makes_no_file_and_opens_none(person: User) -> None:
    ready = asked(person, filter="outlets = 3")
    work()
    waiting = asked(person)
    Grant.objects.filter(user=person).update(region_code="370212")
    work()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.trouble) == ("failed", "rights")
    with pytest.raises(NotAllowed, match="rights have changed"):
        services.open_selection_file(actor=User.objects.get(pk=person.pk), file_id=ready.pk, now=current_time())
    Grant.objects.filter(user=person).delete()
    with pytest.raises(ObjectDoesNotExist):
        services.open_selection_file(actor=User.objects.get(pk=person.pk), file_id=ready.pk, now=current_time())


def test_a_file_is_its_askers_alone(person: User) -> None:
    file = asked(person)
    work()
    other = make_named_person("colleague", "viewer")
    client = signed_in(other)
    assert [client.get(f"/sharing/files/{file.pk}/{path}").status_code for path in ("", "content/")] == [404, 404]
    assert client.post(f"/sharing/files/{file.pk}/drop/").status_code == 404
    assert str(file.pk) not in client.get("/sharing/files/").content.decode()


def test_two_presses_are_one_file_and_each_has_few(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = asked(person), asked(person)
    assert first.pk == second.pk
    for name in ("filter=outlets = 1", "filter=outlets = 2"):
        asked(person, **dict([name.split("=", 1)]))
    with pytest.raises(Conflict, match="3 files"):
        asked(person, "gpkg")
    services.drop_selection_file(actor=person, file_id=first.pk, now=current_time())
    bounded(monkeypatch, most_megabytes=1)
    SelectionFile.objects.exclude(pk=first.pk).update(state="ready", size=600_000)
    with pytest.raises(Conflict, match="room"):
        asked(person, "gpkg")


def test_whose_rows_are_spent_gets_no_file(person: User) -> None:
    file = asked(person)
    at = current_time()
    CollectionReading.objects.create(
        hour=at, collection="x", consumer=f"person:{person.pk}", form="json", digest="d", rows=10**9, first_at=at, last_at=at
    )
    work()
    file.refresh_from_db()
    assert (file.state, file.trouble) == ("failed", "spent")


def test_after_its_time_a_file_is_gone_and_so_is_what_nothing_names(person: User) -> None:
    file = asked(person)
    work()
    left = folder() / f"{file.pk}.{person.pk}.gpkg"
    left.write_bytes(b"left by a dead worker")
    os.utime(left, (0, 0))
    services.lapse_selection_files(now=current_time())
    assert [one.name for one in folder().iterdir()] == [f"{file.pk}.csv"]
    later = current_time() + timedelta(hours=73)
    with pytest.raises(Conflict, match="time is over"):
        services.open_selection_file(actor=person, file_id=file.pk, now=later)
    assert services.lapse_selection_files(now=later) == 1


@pytest.mark.django_db(transaction=True)
def test_bytes_go_with_a_file_that_lapses_or_is_dropped(person: User) -> None:
    lapsed, dropped = asked(person), asked(person, "xlsx")
    work()
    services.drop_selection_file(actor=person, file_id=dropped.pk, now=current_time())
    services.lapse_selection_files(now=current_time() + timedelta(hours=73))
    assert list(folder().iterdir()) == []
    lapsed.refresh_from_db()
    assert lapsed.state == "lapsed"


def test_programs_ask_look_and_read_by_their_token(person: User) -> None:
    tokens = [
        create_token(user=person, name=name, scopes=("assets.see",), now=timezone.now())[1] for name in ("nightly", "other")
    ]
    nightly, other = (Client(headers={"Authorization": f"Bearer {one}", "Accept-Language": "en"}) for one in tokens)
    base = "/api/v1/atlas/selection-files"
    body = {"collection": "hydrants", "form": "csv", "selection": SELECTION}
    made = nightly.post(base, body, content_type="application/json").json()
    assert (made["state"], made["content"]) == ("asked", "")
    work()
    assert nightly.get(f"{base}/{made['id']}").json()["state"] == "ready"
    assert zipfile.is_zipfile(io.BytesIO(bytes_in(nightly.get(f"{base}/{made['id']}/content"))))
    assert other.get(f"{base}/{made['id']}/content").status_code == 404
    assert len(bytes_of(signed_in(person), SelectionFile.objects.get())) > 100
    assert nightly.get(base).json()["total"] == 1
    assert nightly.post(f"{base}/{made['id']}/drop").json()["state"] == "dropped"
    assert nightly.post(base, {**body, "collection": "none"}, content_type="application/json").status_code == 400
    assert nightly.post(base, {**body, "selection": {"none": "1"}}, content_type="application/json").status_code == 400


@pytest.mark.parametrize("at_once", [10, 4_000_000])
def test_a_download_that_broke_off_goes_on_where_it_ended(person: User, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(file_answers, "AT_ONCE", at_once)
    file = asked(person, **SELECTION)
    work()
    client = signed_in(person)
    address = f"/sharing/files/{file.pk}/content/"
    first = client.get(address)
    whole, tag = bytes_in(first), first.headers["ETag"]
    assert first.headers["Accept-Ranges"] == "bytes"
    rest = client.get(address, headers={"Range": "bytes=100-", "If-Range": tag})
    assert (rest.status_code, rest.headers["Content-Range"]) == (206, f"bytes 100-{len(whole) - 1}/{len(whole)}")
    assert whole[:100] + bytes_in(rest) == whole
    assert bytes_in(client.get(address, headers={"Range": "bytes=3-40"})) == whole[3:41]
    another = client.get(address, headers={"Range": "bytes=100-", "If-Range": '"another"'})
    assert (another.status_code, bytes_in(another)) == (200, whole)
    beyond = client.get(address, headers={"Range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")


@given(size=st.integers(1, 300), first=st.integers(0, 400), last=st.integers(0, 400))
def test_a_part_is_what_a_slice_is(size: int, first: int, last: int) -> None:
    content = bytes(range(256)) * 2
    content = content[:size]
    try:
        part = part_of(f"bytes={first}-{last}", size, tag='"a"')
    except OutsideFileError:
        assert not content[first : last + 1]
        return
    if part is None:
        assert last < first
    else:
        assert content[part.first : part.last + 1] == content[first : last + 1]


def test_a_large_workbook_is_packed_in_steps_and_is_the_same_book(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PIECE", 50)
    steps: list[int] = []
    pack = files.ExcelWriter.pack

    def counted(self: files.ExcelWriter) -> Iterator[None]:
        for _step in pack(self):
            steps.append(1)
            yield

    monkeypatch.setattr(files.ExcelWriter, "pack", counted)
    file = asked(person, "xlsx", **SELECTION)
    work()
    assert len(steps) > 10
    book = openpyxl.load_workbook(io.BytesIO(bytes_of(signed_in(person), file)))
    assert next(sheet.max_row for sheet in book.worksheets) == 4
    assert book.sheetnames[0] == "features" and len(book.sheetnames) == 2
