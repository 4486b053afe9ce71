"""What is fetched goes the way of every delivery; what can't be fetched leaves the old rows served and is told once."""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from django.db import connection

from tests.atlas.connectors.policies import policy, set_policy
from tests.atlas.connectors.server import Answer, Asked, Department
from tests.atlas.resources.files import CONTRACT, NOW, csv, geopackage, registered, shapefile, steward
from tocsin.atlas.connectors.models import ConnectorSecret, ResourceConnector
from tocsin.atlas.connectors.queries import folder_of
from tocsin.atlas.connectors.rules.sources import FolderSource, HttpSource, Login, Source
from tocsin.atlas.connectors.services.fetching import fetch_due
from tocsin.atlas.connectors.services.secrets import seal_connectors_anew, secret_of
from tocsin.atlas.connectors.services.settings import (
    NewSettings,
    configure_connector,
    fetch_at_once,
    remove_connector,
    stop_connector,
)
from tocsin.atlas.resources.models import Delivery, Resource
from tocsin.atlas.resources.queries.rows import rows_of
from tocsin.atlas.resources.services.landing import deliver, drop_delivery
from tocsin.atlas.resources.services.notices import texts
from tocsin.atlas.resources.services.register import change_contract
from tocsin.atlas.resources.shown.findings import problem_words
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def by() -> User:
    return steward()


def connected(by: User, source: Source, secret: str | None = None, **told: object) -> Resource:
    one = registered(by, **told)  # type: ignore[arg-type]
    configure_connector(actor=by, resource_id=one.pk, settings=NewSettings(source=source, secret=secret), now=NOW)
    return one


def state(one: Resource) -> ResourceConnector:
    return ResourceConnector.objects.select_related("resource").get(resource=one)


def deliveries(one: Resource) -> list[str]:
    return list(Delivery.objects.filter(resource=one).order_by("at", "pk").values_list("stage", flat=True))


def test_a_file_is_fetched_by_the_cycle_and_only_when_it_has_changed(by: User, there: Department) -> None:
    there.answers["/schools.csv"] = _with_tag(csv(), '"1"')
    one = connected(by, HttpSource(url=f"{there.url}/schools.csv"))
    fetch_due(now=NOW)
    one.refresh_from_db()
    assert (one.rows, one.delivered_at) == (40, NOW)
    made = Delivery.objects.get(resource=one)
    assert (made.way, made.file_name, made.stage) == ("connector", "schools.csv", "landed")
    assert state(one).next_at == NOW + DAY
    fetch_due(now=NOW + DAY / 2)
    assert len(there.asked) == 1

    fetch_due(now=NOW + DAY)
    assert there.asked[-1].headers["if-none-match"] == '"1"'
    one.refresh_from_db()
    assert (one.delivered_at, deliveries(one)) == (NOW + DAY, ["landed"])
    assert one.due_at == NOW + DAY + timedelta(hours=30)

    there.answers["/schools.csv"] = _with_tag(csv(41), '"2"')
    fetch_due(now=NOW + 2 * DAY)
    assert deliveries(one) == ["landed", "landed"]
    assert rows_of(one.pk).collect().height == 41


def test_a_source_without_marks_is_known_by_its_bytes(by: User, there: Department) -> None:
    there.put("/schools.csv", csv())
    one = connected(by, HttpSource(url=f"{there.url}/schools.csv"))
    fetch_due(now=NOW)
    fetch_due(now=NOW + DAY)
    one.refresh_from_db()
    assert (deliveries(one), one.delivered_at) == (["landed"], NOW + DAY)
    assert state(one).changed_at == NOW


def test_a_broken_file_is_set_aside_once_and_comes_again_by_another_contract(by: User, there: Department) -> None:
    there.put("/schools.csv", csv())
    one = connected(by, HttpSource(url=f"{there.url}/schools.csv"))
    fetch_due(now=NOW)
    there.put("/schools.csv", csv(factor=10, heading="学生数"))
    for day in (1, 2, 3):
        fetch_due(now=NOW + day * DAY)
    assert deliveries(one) == ["landed", "set_aside"]
    assert Notice.objects.filter(purpose="data_resources").count() == 1
    one.refresh_from_db()
    assert one.delivered_at == NOW  # what is served is not what the source holds now
    change_contract(actor=by, resource_id=one.pk, text=CONTRACT.replace("名称,", "名称 ,"), reason="anew", now=NOW)
    fetch_due(now=NOW + 4 * DAY)
    assert len(deliveries(one)) == 3


def test_what_was_dropped_comes_again_where_somebody_asks_for_it(by: User, there: Department) -> None:
    there.put("/schools.csv", csv(name="称呼"))
    one = connected(by, HttpSource(url=f"{there.url}/schools.csv"))
    fetch_due(now=NOW)
    drop_delivery(actor=by, delivery_id=Delivery.objects.get(resource=one).pk, now=NOW)
    fetch_due(now=NOW + DAY)
    assert deliveries(one) == ["dropped"]
    fetch_at_once(actor=by, resource_id=one.pk, now=NOW + DAY)
    fetch_due(now=NOW + DAY)
    assert len(deliveries(one)) == 2


def test_a_failing_source_is_tried_again_and_its_owner_told_once(by: User, there: Department) -> None:
    there.put("/schools.csv", csv())
    one = connected(by, HttpSource(url=f"{there.url}/schools.csv"))
    fetch_due(now=NOW)
    there.put("/schools.csv", b"", 401)
    at, pauses = NOW + DAY, []
    for _try in range(5):
        fetch_due(now=at)
        found = state(one)
        assert found.next_at is not None
        pauses.append(int((found.next_at - at).total_seconds() / 60))
        at = found.next_at
    assert pauses == [5, 10, 20, 40, 80]
    assert found.failures == 5
    notice = Notice.objects.get(purpose="data_resources")
    assert notice.figures["what"] == "unfetched"
    assert "goes on being served" in texts([notice])[notice.pk]
    assert "refuses this login (HTTP 401)" in problem_words(found.problem)
    assert rows_of(one.pk).collect().height == 40
    assert AuditEntry.objects.filter(action="connector.failing").count() == 1
    there.put("/schools.csv", csv(42))
    fetch_due(now=at)
    found = state(one)
    assert (found.failures, found.problem, found.told_at) == (0, {}, None)
    assert AuditEntry.objects.filter(action="connector.recovered").count() == 1


def test_one_bad_source_holds_no_other_back(by: User, there: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    there.put("/schools.csv", csv())
    bad = connected(by, HttpSource(url=f"{there.url}/nothing"), slug="a")
    mad = connected(by, HttpSource(url=f"{there.url}/schools.csv"), slug="b")
    ResourceConnector.objects.filter(resource=mad).update(source={"kind": "nonsense"})
    good = connected(by, HttpSource(url=f"{there.url}/schools.csv"), slug="c")
    set_policy(monkeypatch, fetch=msgspec.structs.replace(policy().fetch, at_once=1))
    fetch_due(now=NOW)
    assert [state(one).failures for one in (bad, mad, good)] == [1, 1, 0]
    assert rows_of(good.pk).collect().height == 40


@pytest.mark.parametrize("kind", ["gbk", "geopackage", "shapefile"])
def test_every_format_of_an_upload_comes_so_too(kind: str, by: User, there: Department, tmp_path: Path) -> None:
    make = {
        "gbk": lambda: csv(encoding="gb18030"),
        "geopackage": lambda: geopackage(tmp_path),
        "shapefile": lambda: shapefile(tmp_path),
    }
    there.put("/file", make[kind]())
    one = connected(by, HttpSource(url=f"{there.url}/file"), contract=CONTRACT if kind == "gbk" else "")
    fetch_due(now=NOW)
    assert deliveries(one) == ["landed"]
    assert rows_of(one.pk).collect().height == 40


def test_pages_of_json_are_one_delivery(by: User, there: Department) -> None:
    def page(asked: Asked) -> Answer:
        begin = int(asked.query.get("after", ["0"])[0])
        rows = [{"编号": f"W{row:02d}", "深度": row / 2, "性质": {"水": row}} for row in range(begin, min(begin + 10, 25))]
        following = begin + 10 if begin + 10 < 25 else None
        return 200, {}, json.dumps({"data": {"list": rows, "next": following}}).encode()

    there.answers["/wells"] = page
    source = HttpSource(url=f"{there.url}/wells", rows="data.list", following="data.next", cursor="after", login=Login.BEARER)
    one = connected(by, source, "s3cret", contract="")
    fetch_due(now=NOW)
    assert rows_of(one.pk).collect()["深度"].to_list() == [row / 2 for row in range(25)]
    assert {asked.headers["authorization"] for asked in there.asked} == {"Bearer s3cret"}


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ({"data": {}}, "has nothing at “data.list”"),
        ({"data": {"list": "none"}}, "holds no list"),
        ({"data": {"list": [1]}}, "no object of names and values"),
        ({"data": {"list": [{}]}, "next": "/wells"}, "turn in a circle"),
        ("<html>", "is no JSON"),
    ],
)
def test_pages_that_are_none(pages: object, words: str, by: User, there: Department) -> None:
    there.put("/wells", json.dumps(pages).encode() if not isinstance(pages, str) else pages.encode())
    one = connected(by, HttpSource(url=f"{there.url}/wells", rows="data.list", following="next"))
    fetch_due(now=NOW)
    assert words in problem_words(state(one).problem)
    assert deliveries(one) == []


def test_pages_without_end_are_cut_off(by: User, there: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    def page(asked: Asked) -> Answer:
        number = int(asked.query.get("p", ["0"])[0])
        return 200, {}, json.dumps({"rows": [{"a": number}], "next": f"?p={number + 1}"}).encode()

    there.answers["/wells"] = page
    set_policy(monkeypatch, fetch=msgspec.structs.replace(policy().fetch, pages=7))
    one = connected(by, HttpSource(url=f"{there.url}/wells", rows="rows", following="next"))
    fetch_due(now=NOW)
    assert "more than %(most)s pages" in state(one).problem["template"]
    assert len(there.asked) == 7


def test_a_page_for_people_and_an_empty_file_are_no_delivery(by: User, there: Department) -> None:
    there.put("/login", b"<html>", Content_Type="text/html; charset=utf-8")
    there.put("/empty", b"")
    first = connected(by, HttpSource(url=f"{there.url}/login"), slug="a")
    second = connected(by, HttpSource(url=f"{there.url}/empty"), slug="b")
    fetch_due(now=NOW)
    assert "is a login needed?" in state(first).problem["template"]
    assert "empty file" in state(second).problem["template"]
    assert Delivery.objects.count() == 0


def test_files_put_into_a_folder(by: User) -> None:
    one = connected(by, FolderSource(pattern="*.csv"))
    place = folder_of(one.slug)
    fetch_due(now=NOW)  # nothing there yet: no failure
    assert (state(one).failures, state(one).next_at) == (0, NOW + timedelta(minutes=1))
    _put(place / "1.csv", csv(), 100)
    _put(place / "other.txt", b"not meant", 300)
    (place / "2.csv").symlink_to("/etc/passwd")
    fetch_due(now=NOW + DAY)
    assert deliveries(one) == ["landed"]
    fetch_due(now=NOW + 2 * DAY)
    one.refresh_from_db()
    assert one.delivered_at == NOW + DAY  # a file that lies there is as old as it is
    _put(place / "1.csv", csv(), 200)  # written again, the same
    fetch_due(now=NOW + 3 * DAY)
    assert deliveries(one) == ["landed"]
    _put(place / "3.csv", csv(43), 300)
    fetch_due(now=NOW + 4 * DAY)
    assert (deliveries(one), rows_of(one.pk).collect().height) == (["landed", "landed"], 43)
    assert sorted(one.name for one in place.iterdir()) == ["1.csv", "2.csv", "3.csv", "other.txt"]


def test_a_file_that_is_being_written_waits(by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    set_policy(monkeypatch, schedule=msgspec.structs.replace(policy().schedule, quiet_s=3600.0))
    one = connected(by, FolderSource())
    (folder_of(one.slug) / "1.csv").write_bytes(csv()[:100])
    fetch_due(now=NOW)
    assert (deliveries(one), state(one).failures) == ([], 0)


def test_a_secret_is_sealed_and_goes_to_nobody_else(by: User, there: Department) -> None:
    source = HttpSource(url=f"{there.url}/a", login=Login.BASIC, account="tocsin")
    one = connected(by, source, "p4ssword")
    found = state(one)
    assert secret_of(found) == "p4ssword"
    assert "p4ssword" not in ConnectorSecret.objects.get().sealed
    with connection.cursor() as cursor:
        cursor.execute("SELECT details FROM records_auditentry")
        assert not any("p4ssword" in str(row) for row in cursor.fetchall())
    entry = AuditEntry.objects.get(action="connector.configured")
    assert entry.details["secret_changed"] is True
    same = msgspec.structs.replace(source, url=f"{there.url}/b")
    configure_connector(actor=by, resource_id=one.pk, settings=NewSettings(source=same), now=NOW)
    assert secret_of(found) == "p4ssword"
    other = msgspec.structs.replace(source, url="https://elsewhere.example.cn/b")
    with pytest.raises(InvalidInput):
        configure_connector(actor=by, resource_id=one.pk, settings=NewSettings(source=other), now=NOW)
    configure_connector(actor=by, resource_id=one.pk, settings=NewSettings(source=other, secret=""), now=NOW)
    assert not ConnectorSecret.objects.exists()


def test_secrets_are_sealed_anew_with_the_keys(by: User, there: Department) -> None:
    connected(by, HttpSource(url=f"{there.url}/a", login=Login.BEARER), "t0ken")
    step = seal_connectors_anew(after=0, limit=10)
    assert (step.done, step.lost) == (0, 0)
    ConnectorSecret.objects.update(sealed="gAAAAnonsense")
    step = seal_connectors_anew(after=0, limit=10)
    assert (step.done, step.lost) == (0, 1)
    fetch_due(now=NOW)
    assert "secret of this login is missing" in ResourceConnector.objects.get().problem["template"]


def test_stopped_given_up_and_taken_away(by: User, there: Department) -> None:
    there.put("/schools.csv", csv())
    one = connected(by, HttpSource(url=f"{there.url}/schools.csv"))
    stop_connector(actor=by, resource_id=one.pk, active=False, now=NOW)
    fetch_due(now=NOW)
    assert there.asked == []
    stop_connector(actor=by, resource_id=one.pk, active=True, now=NOW)
    Resource.objects.filter(pk=one.pk).update(active=False)
    fetch_due(now=NOW)
    assert there.asked == []
    remove_connector(actor=by, resource_id=one.pk, now=NOW)
    assert not ResourceConnector.objects.exists()


def test_only_who_keeps_a_resource_configures_it(by: User, there: Department) -> None:
    one = registered(by)
    other = steward("other", body="water_company")
    with pytest.raises((NotAllowed, Resource.DoesNotExist)):
        configure_connector(
            actor=other, resource_id=one.pk, settings=NewSettings(source=HttpSource(url=f"{there.url}/a")), now=NOW
        )


def test_a_delivery_by_hand_in_between_is_not_made_young_by_an_older_source(by: User, there: Department) -> None:
    there.put("/schools.csv", csv())
    one = connected(by, HttpSource(url=f"{there.url}/schools.csv"))
    fetch_due(now=NOW)
    deliver(actor=by, resource_id=one.pk, file_name="hand.csv", content=csv(44), now=NOW + DAY / 2)
    fetch_due(now=NOW + DAY)
    one.refresh_from_db()
    assert (one.rows, one.delivered_at) == (44, NOW + DAY / 2)


def _with_tag(body: bytes, tag: str) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == tag:
            return 304, {"ETag": tag}, b""
        return 200, {"ETag": tag}, body

    return answer


def _put(path: Path, content: bytes, at: float) -> None:
    path.write_bytes(content)
    os.utime(path, (at, at))
