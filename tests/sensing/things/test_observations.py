"""Observations from the history: pages, order, counts, what is read for them."""

from typing import Any

import pytest

from tests.sensing.things.city import MINUTES, NOON, ROOT, Ask, walked
from tocsin.sensing.history.queries.layout import DAY_MS
from tocsin.sensing.history.queries.table import History
from tocsin.sensing.things.queries import observations

pytestmark = pytest.mark.django_db
HERE = "/Datastreams(0)/Observations"


def times(page: Any) -> list[str]:
    return [one["phenomenonTime"] for one in page["value"]]


def test_one_observation(ask: Ask) -> None:
    one = ask(f"/Observations('0-{NOON}')")
    assert one == {
        "@iot.id": f"0-{NOON}",
        "@iot.selfLink": f"http://testserver{ROOT}/Observations('0-{NOON}')",
        "phenomenonTime": "2025-11-08T12:00:00.000Z",
        "resultTime": "2025-11-08T12:00:00.000Z",
        "result": 0.0,
        "resultQuality": "suspect",
        "Datastream@iot.navigationLink": f"http://testserver{ROOT}/Observations('0-{NOON}')/Datastream",
        "FeatureOfInterest@iot.navigationLink": f"http://testserver{ROOT}/Observations('0-{NOON}')/FeatureOfInterest",
    }
    assert ask(f"/Observations('0-{NOON}')/Datastream")["@iot.id"] == 0
    assert ask(f"/Datastreams(0)/Observations('0-{NOON}')")["result"] == 0.0
    ask(f"/Datastreams(1)/Observations('0-{NOON}')", status=404)
    assert ask(f"/Observations('0-{NOON}')/result/$value") == "0.0"
    assert ask(f"/FeaturesOfInterest(0)/Observations('0-{NOON}')/Datastream/Thing")["name"] == "Well at the gate"


def test_pages_go_on_by_time(ask: Ask) -> None:
    whole = ask(HERE, S_top=1000)["value"]
    assert len(whole) == MINUTES
    assert walked(ask, HERE) == whole
    assert walked(ask, HERE, S_top=90) == whole
    backwards = ask(HERE, S_top=1000, S_orderby="phenomenonTime desc")["value"]
    assert backwards == whole[::-1]
    assert walked(ask, HERE, S_top=90, S_orderby="phenomenonTime desc") == backwards
    assert walked(ask, HERE, S_top=90, S_skip=200) == whole[200:]


def test_other_orders_are_whole(ask: Ask) -> None:
    page = ask("/Datastreams(1)/Observations", S_orderby="result desc", S_top=1000)["value"]
    results = [one["result"] for one in page]
    assert results == [*sorted((one for one in results if one is not None), reverse=True), None]
    assert walked(ask, "/Datastreams(1)/Observations", S_orderby="result desc", S_top=4) == page
    by_quality = walked(ask, "/Datastreams(1)/Observations", S_orderby="resultQuality,result desc", S_top=7)
    assert len(by_quality) == len(page)
    assert by_quality[0]["resultQuality"] == "bad"


def test_conditions_and_counts(ask: Ask) -> None:
    page = ask(HERE, S_filter="result gt 20 and phenomenonTime lt 2025-11-08T15:30:00Z", S_count="true", S_top=2)
    assert page["@iot.count"] == 9
    assert [one["result"] for one in page["value"]] == [20.1, 20.2]
    assert ask(HERE, S_filter="phenomenonTime ge 2025-11-08T15:59:00Z")["value"][0]["result"] == 23.9
    assert ask(HERE, S_filter="phenomenonTime gt now()", S_count="true") == {"@iot.count": 0, "value": []}
    assert ask(HERE, S_count="true", S_top=0) == {"@iot.count": MINUTES, "value": []}
    nothing = ask("/Datastreams(1)/Observations", S_filter="result eq null")["value"]
    assert [(one["result"], one["resultQuality"]) for one in nothing] == [(None, "bad")]


def test_observations_of_several_datastreams(ask: Ask) -> None:
    page = ask("/Observations", S_filter="Datastream/@iot.id in (1,2) and phenomenonTime eq 2025-11-08T12:10:00Z")
    assert [one["@iot.id"] for one in page["value"]] == [f"{sensor}-{NOON + 600_000}" for sensor in (1, 2)]
    by_thing = ask("/Observations", S_filter="Datastream/Thing/properties/code eq 'well-2'", S_count="true")
    assert by_thing["@iot.count"] == MINUTES // 10
    everything = walked(ask, "/Observations", S_top=100)
    assert len(everything) == MINUTES + 2 * (MINUTES // 10) + 3
    assert len({one["@iot.id"] for one in everything}) == len(everything)
    by_place = ask("/Observations", S_filter="FeatureOfInterest/id eq 2", S_top=1)
    assert by_place["value"][0]["@iot.id"] == f"2-{NOON}"
    ask("/Observations", status=501, S_filter="Datastream/id eq 1 or result gt 5")
    ask(HERE, status=400, S_filter="Datastream/id eq 1")


def test_too_many_datastreams_are_not_looked_through(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observations, "MOST_SENSORS", 2)
    assert "Datastream/@iot.id eq 17" in ask("/Observations", status=400)["message"]


def test_the_newest_of_each_datastream(ask: Ask) -> None:
    newest = "Observations($orderby=phenomenonTime desc;$top=1;$select=result,phenomenonTime)"
    found = ask("/Datastreams", S_expand=newest, S_select="id")["value"]
    assert [one["Observations"][0]["result"] for one in found] == [23.9, -5.0, 223.0]
    assert "Observations@iot.nextLink" in found[0]
    through = ask("/Things", S_expand=f"Datastreams($expand={newest})")["value"]
    assert [[one["Observations"][0]["result"] for one in thing["Datastreams"]] for thing in through] == [[23.9, -5.0], [223.0]]
    two = ask("/Datastreams(1)", S_expand="Observations($orderby=phenomenonTime desc;$top=2;$skip=1)")["Observations"]
    assert [one["result"] for one in two] == [None, -5.0]
    counted = ask("/Datastreams(0)", S_expand="Observations($count=true;$top=1)")
    assert (counted["Observations@iot.count"], counted["Observations"][0]["result"]) == (MINUTES, 0.0)
    more = ask(counted["Observations@iot.nextLink"])
    assert (more["@iot.count"], more["value"][0]["result"]) == (MINUTES, 0.1)


def test_an_array_of_data(ask: Ask) -> None:
    page = ask(HERE, S_resultFormat="dataArray", S_top=2, S_select="phenomenonTime,result", S_count="true")
    assert page["@iot.count"] == MINUTES
    (block,) = page["value"]
    assert block["components"] == ["phenomenonTime", "result"]
    assert block["dataArray"] == [["2025-11-08T12:00:00.000Z", 0.0], ["2025-11-08T12:01:00.000Z", 0.1]]
    assert ask(page["@iot.nextLink"])["value"][0]["dataArray"][0][1] == 0.2
    several = ask("/Observations", S_resultFormat="dataArray", S_top=3)["value"]
    assert [one["Datastream@iot.navigationLink"].rpartition("/")[2] for one in several] == [
        "Datastreams(0)",
        "Datastreams(1)",
        "Datastreams(2)",
    ]


def test_only_the_wanted_sensor_and_days_are_read(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[tuple[list[int], int, int]] = []
    read = History.read

    def noted(self: History, sensors: Any, from_ms: int, to_ms: int) -> Any:
        reads.append((list(sensors), from_ms, to_ms))
        return read(self, sensors, from_ms, to_ms)

    monkeypatch.setattr(History, "read", noted)
    ask("/Datastreams(1)/Observations", S_filter="phenomenonTime ge 2025-11-09T00:00:00Z", S_top=1)
    assert reads == [([1], NOON + DAY_MS // 2, NOON + DAY_MS // 2 + DAY_MS)]
    reads.clear()
    ask("/Datastreams", S_expand="Observations($orderby=phenomenonTime desc;$top=1)")
    assert [sensors for sensors, _from, _to in reads] in ([[0, 2], [1]], [[1], [0, 2]])


def test_a_page_ends_where_enough_days_were_read(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observations, "_days_allowed", lambda sensors: 1)
    monkeypatch.setattr(observations, "PIECE_DAYS", 1)
    there = "/Datastreams(1)/Observations"
    for order in ("phenomenonTime", "phenomenonTime desc"):
        first = ask(there, S_orderby=order, S_filter="result ne 7")
        assert "@iot.nextLink" in first
        assert len(walked(ask, there, S_orderby=order)) == MINUTES // 10 + 3
        assert len(walked(ask, there, S_orderby=order, S_skip=25)) == 2
    assert "name a time" in ask(there, status=400, S_count="true")["message"]
    assert "name a time" in ask(there, status=400, S_orderby="result")["message"]


@pytest.mark.parametrize("token", ["WyJ4Il0", "Wzdd", "WyI3Il0", "x" * 30])
def test_a_token_that_was_made_up_is_refused(ask: Ask, token: str) -> None:
    ask(HERE, status=400, S_skiptoken=token)
    ask(HERE, status=400, S_skiptoken=token, S_orderby="result")
