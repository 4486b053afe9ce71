"""Deliveries that are served, and those that are set aside."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
import shapely

from tests.atlas.resources.files import CONTRACT, NOW, csv, geopackage, registered, shapefile, steward
from tocsin.atlas.resources.models import Delivery
from tocsin.atlas.resources.policy.resources import RESOURCES, Reading, ResourcePolicy
from tocsin.atlas.resources.queries.rows import rows_of
from tocsin.atlas.resources.rules.levels import Stage
from tocsin.atlas.resources.services import landing, reading, tables
from tocsin.atlas.resources.services.landing import agree_to_use, deliver, file_of, judge_again, propose_use, take_up_arrived
from tocsin.atlas.resources.services.register import change_contract
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.notices.messages.models import Notice

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_a_good_file_is_served_with_keys_places_and_types() -> None:
    by = steward()
    one = registered(by)
    made = deliver(actor=by, resource_id=one.pk, file_name="学校.csv", content=csv(encoding="gb18030"), now=NOW)
    assert (made.stage, made.verdict, made.rows) == ("landed", "as_agreed", 40)
    rows = rows_of(one.pk).collect()
    places = ["_key", "_geometry", "_west", "_south", "_east", "_north"]
    assert rows.columns == [*places, "code", "name", "pupils", "lon", "lat", "updated"]
    assert rows["_key"].is_sorted()
    assert rows["_key"].n_unique() == 40
    assert rows.schema["pupils"] == pl.Int64
    assert rows.schema["updated"] == pl.Datetime("ms", "UTC")
    assert shapely.from_wkb(rows["_geometry"][0]).coords[0] == (120.4, 36.1)
    one.refresh_from_db()
    assert (one.rows, one.west, one.delivered_at) == (40, 120.4, NOW)
    assert not file_of(made.pk).exists()


def test_a_broken_file_is_set_aside_and_the_old_rows_stay() -> None:
    by = steward()
    one = registered(by)
    deliver(actor=by, resource_id=one.pk, file_name="1.csv", content=csv(), now=NOW)
    broken = deliver(actor=by, resource_id=one.pk, file_name="2.csv", content=csv(factor=10, heading="学生数"), now=NOW + HOUR)
    assert (broken.stage, broken.verdict) == ("set_aside", "broken")
    assert rows_of(one.pk).select(pl.col("pupils").max()).collect().item() == 473
    notice = Notice.objects.get(purpose="data_resources")
    assert notice.organisation_id == one.owner_id
    assert {told["verdict"] for told in notice.figures["findings"]} == {"broken"}


def test_the_past_can_be_read() -> None:
    by = steward()
    one = registered(by)
    deliver(actor=by, resource_id=one.pk, file_name="1.csv", content=csv(40), now=NOW)
    deliver(actor=by, resource_id=one.pk, file_name="2.csv", content=csv(44), now=NOW + HOUR)
    assert [len(rows_of(one.pk, at=at).collect()) for at in (NOW - HOUR, NOW, NOW + 2 * HOUR)] == [0, 40, 44]
    assert len(rows_of(one.pk).collect()) == 44


def test_a_second_person_decides_that_a_broken_file_is_used() -> None:
    first, second = steward(), steward("second")
    one = registered(first)
    deliver(actor=first, resource_id=one.pk, file_name="1.csv", content=csv(), now=NOW)
    broken = deliver(actor=first, resource_id=one.pk, file_name="2.csv", content=csv(20), now=NOW + HOUR)
    assert broken.verdict == "broken"
    with pytest.raises(InvalidInput):
        propose_use(actor=first, delivery_id=broken.pk, reason=" ", now=NOW + HOUR)
    propose_use(actor=first, delivery_id=broken.pk, reason="20 schools were closed", now=NOW + HOUR)
    with pytest.raises(NotAllowed):
        agree_to_use(actor=first, delivery_id=broken.pk, now=NOW + HOUR)
    agree_to_use(actor=second, delivery_id=broken.pk, now=NOW + HOUR)
    assert len(rows_of(one.pk).collect()) == 20
    with pytest.raises(Conflict):
        agree_to_use(actor=second, delivery_id=broken.pk, now=NOW + HOUR)


def test_a_changed_contract_judges_what_was_set_aside_again() -> None:
    by = steward()
    one = registered(by)
    broken = deliver(actor=by, resource_id=one.pk, file_name="1.csv", content=csv(name="校名"), now=NOW)
    assert broken.stage == Stage.SET_ASIDE
    change_contract(actor=by, resource_id=one.pk, text=CONTRACT.replace("名称", "校名"), reason="renamed by the bureau", now=NOW)
    assert judge_again(actor=by, delivery_id=broken.pk, now=NOW).stage == Stage.LANDED


def test_a_file_that_is_no_table_is_told_and_set_aside() -> None:
    by = steward()
    one = registered(by)
    made = deliver(actor=by, resource_id=one.pk, file_name="1.json", content=b'{"a": 1}', now=NOW)
    assert made.stage == Stage.SET_ASIDE
    assert made.problem["template"].startswith("This JSON is no GeoJSON")
    with pytest.raises(Conflict):
        propose_use(actor=by, delivery_id=made.pk, reason="why not", now=NOW)


def test_layers_of_systems_come_as_degrees(tmp_path: Path) -> None:
    by = steward()
    water, zipped = registered(by, "water", contract=""), registered(by, "zipped", contract="")
    made = deliver(actor=by, resource_id=water.pk, file_name="water.gpkg", content=geopackage(tmp_path), now=NOW)
    assert made.stage == Stage.LANDED, made.problem
    rows = rows_of(water.pk).collect()
    assert rows["_key"][0] == "X000"
    assert abs(rows["_west"][0] - 120.2222) < 0.001
    made = deliver(actor=by, resource_id=zipped.pk, file_name="water.zip", content=shapefile(tmp_path), now=NOW)
    assert made.stage == Stage.LANDED, made.problem
    assert "消火栓3" in rows_of(zipped.pk).collect()["名称"].to_list()


def test_what_a_dead_process_left_is_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the table was written and before the database: the old rows are served, then the same version is."""
    by = steward()
    one = registered(by)
    deliver(actor=by, resource_id=one.pk, file_name="1.csv", content=csv(40), now=NOW)

    class Killed(BaseException):
        pass

    def killed(*_given: object) -> bool:
        raise Killed

    serve = landing._serve
    monkeypatch.setattr(landing, "_serve", killed)
    with pytest.raises(Killed):
        deliver(actor=by, resource_id=one.pk, file_name="2.csv", content=csv(44), now=NOW + HOUR)
    monkeypatch.setattr(landing, "_serve", serve)
    left = Delivery.objects.get(file_name="2.csv")
    assert left.stage == Stage.ARRIVED
    assert take_up_arrived(now=NOW + HOUR) == 0
    assert take_up_arrived(now=NOW + 2 * HOUR) == 1
    left.refresh_from_db()
    assert (left.stage, left.version) == ("landed", 1)
    assert tables.write_version(one.pk, left.pk, Path("never read")) == 1


def test_a_file_that_wants_too_much_falls_alone(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process of its own reads what fits, and is cut where it does not; the old rows stay."""
    by = steward()
    one = registered(by)
    assert deliver(actor=by, resource_id=one.pk, file_name="1.csv", content=csv(), now=NOW).stage == Stage.LANDED
    monkeypatch.setattr(reading, "resource_policy", _little_memory)
    made = deliver(actor=by, resource_id=one.pk, file_name="2.csv", content=csv(44), now=NOW + HOUR)
    assert made.stage == Stage.SET_ASIDE
    assert made.problem["template"].startswith("it can't be read within the memory")
    assert len(rows_of(one.pk).collect()) == 40


def _little_memory() -> ResourcePolicy:
    shipped = RESOURCES.shipped
    return ResourcePolicy(reading=Reading(memory_megabytes=50, seconds=20, most_megabytes=200), late=shipped.late)
