"""A network is loaded whole or not at all, and every process sees the newest."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.engine.drawing import line, point
from tests.lifelines.street import street
from tests.people import LICANG, SHINAN
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.bodies.services import register_organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.models import Asset, NetworkVersion
from tocsin.lifelines.queries import networks as queries
from tocsin.lifelines.services.networks import import_network, network_features
from tocsin.records.audit.models import AuditEntry
from tocsin.workshop.commands.load import load


def give(features: list[dict[str, Any]], region: str = LICANG) -> Any:
    return import_network(actor=system_actor(), features=features, region_code=region)


def test_assets_come_with_their_columns_and_the_rest_is_kept(loaded: None) -> None:
    chamber = Asset.objects.get(code="H")
    assert (chamber.kind, chamber.owner_code, chamber.depth_m, chamber.installed) == ("chamber", "heating_company", 2.5, 1999)
    assert chamber.properties["colour"] == "grey"
    pipe = Asset.objects.get(code="AB")
    assert (pipe.from_code, pipe.to_code, pipe.diameter_mm) == ("A", "B", 300.0)
    assert pipe.lon == pytest.approx((Asset.objects.get(code="A").lon + Asset.objects.get(code="B").lon) / 2)


def test_one_feature_that_cannot_be_read_keeps_all_out(regions: None) -> None:
    features = street()
    wrong = [
        *features,
        {"type": "Feature", "geometry": None, "properties": {"id": "X", "kind": "manhole"}},
        point("A", "manhole", 5, 5),
        line("AZ", "sewer", features[0], point("Z", "manhole", 900, 0)),
    ]
    report = give(wrong)
    assert (report.loaded, Asset.objects.count(), queries.version_of(LICANG)) == (0, 0, 0)
    assert [error.split(":")[0] for error in report.errors] == ["feature 6 (X)", "feature 7 (A)", "feature 8 (AZ)"]


def test_loading_again_replaces_by_code_and_keeps_identities(loaded: None) -> None:
    before = dict(Asset.objects.values_list("code", "id"))
    deeper = [{**one, "properties": {**one["properties"], "depth_m": 9.0}} for one in street()]
    report = give([*deeper, point("D", "manhole", 300, 0)])
    assert (report.loaded, report.created) == (7, 1)
    assert {code: pk for code, pk in Asset.objects.values_list("code", "id") if code != "D"} == before
    assert set(Asset.objects.exclude(code="D").values_list("depth_m", flat=True)) == {9.0}


def test_a_line_may_end_at_an_asset_that_was_loaded_before(loaded: None) -> None:
    more = line("CD", "sewer", street()[2], point("D", "manhole", 300, 0))
    assert give([more]).errors != ()
    assert give([more, point("D", "manhole", 300, 0)]).errors == ()


def test_the_network_is_read_once_a_version(loaded: None, django_assert_num_queries: Any) -> None:
    first = queries.network(LICANG)
    with django_assert_num_queries(1):
        assert queries.network(LICANG) is first
    give([point("D", "manhole", 300, 0)])
    assert "D" in queries.network(LICANG).position
    assert len(queries.network(SHINAN)) == 0


def test_owners_are_joined_to_organisations_where_they_are_known(regions: None) -> None:
    report = give(street())
    assert report.unknown_owners == ("drainage_bureau", "heating_company")
    system = system_actor()
    register_organisation(
        actor=system, code="drainage_bureau", region_code=LICANG, name_zh="排水", name_en="Drainage bureau", kind="owner"
    )
    assert give(street()).unknown_owners == ("heating_company",)
    assert Asset.objects.get(code="A").owner is not None


def test_an_import_needs_the_right_and_leaves_a_trail(loaded: None, viewer: User) -> None:
    with pytest.raises(NotAllowed):
        import_network(actor=viewer, features=street(), region_code=LICANG)
    entry = AuditEntry.objects.get(action="network.imported")
    assert (entry.region_code, entry.details) == (LICANG, {"loaded": 6, "created": 6})


def test_an_interrupted_import_is_told_and_completed_by_another(viewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full after the first transaction: what is written is a network, but nobody takes it for the new one."""
    monkeypatch.setattr("tocsin.lifelines.services.networks.BATCH", 2)
    features = street()
    told: list[int] = []

    def fail_at_the_second(count: int) -> None:
        told.append(count)
        if len(told) == 2:
            raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        import_network(actor=system_actor(), features=features[::-1], region_code=LICANG, on_progress=fail_at_the_second)
    assert queries.version_of(LICANG) == 0
    assert len(queries.network(LICANG)) == Asset.objects.count() == 4  # the points come first: every line there has its ends
    assert queries.interrupted_imports(viewer) == [LICANG]
    assert not AuditEntry.objects.filter(action="network.imported").exists()
    report = give(features)
    assert (report.resumed, report.loaded, queries.version_of(LICANG)) == (True, 6, 1)
    assert queries.interrupted_imports(viewer) == []
    assert len(queries.network(LICANG)) == 6


def test_a_second_import_waits_until_the_first_has_ended_or_died(loaded: None, viewer: User) -> None:
    stamps = NetworkVersion.objects.filter(region_code=LICANG)
    stamps.update(importing_until=timezone.now() + timedelta(seconds=30))
    with pytest.raises(Conflict, match=LICANG):
        give(street())
    assert queries.interrupted_imports(viewer) == []
    assert give(street(), SHINAN).errors == ()
    stamps.update(importing_until=timezone.now() - timedelta(seconds=1))
    assert queries.interrupted_imports(viewer) == [LICANG]
    assert give(street()).resumed


def test_an_interrupted_import_is_told_on_the_page(loaded: None, viewer: User, client: Client) -> None:
    client.force_login(viewer)
    assert "曾中断" not in client.get(reverse("assets")).content.decode()
    NetworkVersion.objects.filter(region_code=LICANG).update(importing_until=timezone.now() - timedelta(seconds=1))
    assert f"{LICANG} 的管网导入曾中断" in client.get(reverse("assets")).content.decode()


def test_what_is_no_collection_is_refused() -> None:
    with pytest.raises(InvalidInput, match="FeatureCollection"):
        network_features({"type": "Feature"}, "file.geojson")


def test_the_command_loads_a_file_and_tells_errors_by_feature(regions: None, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("tocsin.workshop.commands.load.prepare_database", lambda: None)
    file = tmp_path / "network.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": street()}))
    done = CliRunner().invoke(load, ["network", str(file), "--region", LICANG])
    assert "6 assets loaded" in done.output
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [point("X", "well", 0, 0)]}))
    refused = CliRunner().invoke(load, ["network", str(file), "--region", LICANG])
    assert "unknown kind 'well'" in refused.output
    assert isinstance(refused.exception, InvalidInput)
    nowhere = CliRunner().invoke(load, ["network", str(file), "--region", "999999"])
    assert "999999" in str(nowhere.exception)
