"""Collections of an OGC API – Features: our own service, and services that are not as they say."""

import json
from typing import Any

import pytest
from django.utils import timezone

from tests.atlas.connectors.policies import set_policy
from tests.atlas.connectors.server import Asked, Department
from tests.atlas.exchange.hydrants import COUNT
from tests.atlas.resources.files import NOW, registered, steward
from tests.people import make_person
from tocsin.atlas.connectors.models import ResourceConnector
from tocsin.atlas.connectors.rules.sources import FeaturesSource, Login
from tocsin.atlas.connectors.services.fetching import fetch_due
from tocsin.atlas.connectors.services.settings import NewSettings, configure_connector
from tocsin.atlas.connectors.services.sources import ogc_features
from tocsin.atlas.connectors.services.trying import try_source
from tocsin.atlas.resources.models import Delivery
from tocsin.atlas.resources.queries.rows import rows_of
from tocsin.atlas.resources.shown.findings import problem_words
from tocsin.jurisdiction.people.services.tokens import create_token


def problem() -> str:
    return problem_words(ResourceConnector.objects.get().problem)


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_our_own_service_page_by_page(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FEATURE_COLLECTIONS = (*settings.FEATURE_COLLECTIONS, "tests.atlas.exchange.hydrants:HYDRANTS")
    token = create_token(user=make_person("viewer"), name="connector", scopes=("assets.see",), now=timezone.now())[1]
    set_policy(monkeypatch)
    monkeypatch.setattr(ogc_features, "PAGE", 5)
    by = steward()
    one = registered(by, contract="")
    source = FeaturesSource(url=f"{live_server.url}/ogc/features", collection="hydrants", login=Login.BEARER)
    wanted = NewSettings(source=source, secret=token)
    tried = try_source(actor=by, resource_id=one.pk, settings=wanted)
    assert (tried.problem, tried.rows, tried.placed) == (None, COUNT, COUNT - 1)  # one hydrant has no place
    configure_connector(actor=by, resource_id=one.pk, settings=wanted, now=NOW)
    fetch_due(now=NOW)
    assert problem() == ""
    made = Delivery.objects.get(resource=one)
    assert (made.rows, made.file_name, [told["code"] for told in made.findings]) == (COUNT, "hydrants", ["no_place"])
    wrong = NewSettings(source=FeaturesSource(url=source.url, collection="pumps", login=Login.BEARER), secret=token)
    configure_connector(actor=by, resource_id=one.pk, settings=wrong, now=NOW)
    fetch_due(now=NOW)
    assert problem() == "the service has no collection of this name; it has: assets, hydrants"
    assert Delivery.objects.count() == 1


def feature(number: int) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [120.4 + number / 1000, 36.1]}
    return {"type": "Feature", "id": f"h{number}", "properties": {"name": f"No. {number}"}, "geometry": place}


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ({"features": [feature(1)], "numberMatched": 9}, "says that it has 9 features, and only 1 came"),
        ({"type": "FeatureCollection"}, "no FeatureCollection of GeoJSON"),
        ({"features": [{"properties": "none"}]}, "no properties that are names and values"),
        ([], "a page of it is no object"),
    ],
)
@pytest.mark.django_db
def test_services_that_are_not_as_they_say(page: object, words: str, there: Department) -> None:
    by = steward()
    one = registered(by, contract="")
    there.put("/api/collections/h/items", json.dumps(page).encode())
    configure_connector(
        actor=by, resource_id=one.pk, settings=NewSettings(source=FeaturesSource(url=f"{there.url}/api", collection="h")), now=NOW
    )
    fetch_due(now=NOW)
    assert words in problem()


@pytest.mark.django_db
def test_links_to_next_pages_are_followed_and_a_secret_stays_at_home(there: Department) -> None:
    by = steward()
    one = registered(by, contract="")

    def items(asked: Asked) -> tuple[int, dict[str, str], bytes]:
        begin = int(asked.query.get("offset", ["0"])[0])
        links = [{"rel": "next", "href": f"?offset={begin + 2}"}] if begin < 4 else []
        body = {"features": [feature(begin), feature(begin + 1)], "numberMatched": 6, "links": links}
        return 200, {}, json.dumps(body).encode()

    there.answers["/api/collections/h/items"] = items
    source = FeaturesSource(url=f"{there.url}/api/", collection="h", login=Login.HEADER, account="X-Key")
    configure_connector(actor=by, resource_id=one.pk, settings=NewSettings(source=source, secret="s3cret"), now=NOW)
    fetch_due(now=NOW)
    assert problem() == ""
    assert rows_of(one.pk).collect()["id"].to_list() == [f"h{number}" for number in range(6)]
    assert [asked.headers["x-key"] for asked in there.asked] == ["s3cret"] * 3
