"""An operator writes down what a caller says: open reports of the same matter are shown, and one press adds the call."""

import re
from urllib.parse import urlencode

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from tests.clocks import stand_at
from tests.languages import english as english
from tests.mobilisation.public import Reporter
from tests.people import LICANG, ZHIFU, make_person, signed_in
from tests.supervision.firms import NOW
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.rules.secrets import read_secret
from tocsin.mobilisation.hazard_reports.services.merging import merge, unmerge
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
SIMILAR, TAKE_IN = "/hazard-reports/new/similar/", "/hazard-reports/new/take-in/"
SAID = {"region_code": LICANG, "kind": "breach", "firm": "Hongda", "place": "", "text": ""}
FORM = {**SAID, "text": "The exit is chained at night.", "since": "", "channel": "12345", "channel_reference": "", "mode": ""}
OF_THE_CALLER = {"name": "", "telephone": "", "account": ""}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, english: None) -> User:
    stand_at(monkeypatch, NOW)
    return make_person("report_officer", organisation="emergency_bureau")


@pytest.fixture
def known() -> Reporter:
    made = Reporter()
    assert made.sends(firm="Hongda Metal Works", place="12 Shiniushan Road").status_code == 200
    return made


@pytest.mark.parametrize(
    ("said", "is_shown"),
    [
        ({}, True),  # the firm's name and the kind
        ({"firm": "", "place": "Shiniushan Road 12"}, True),  # the street, in another order
        ({"firm": "hongda metal", "kind": "fire", "text": "the emergency exit is chained"}, True),  # another kind, like words
        ({"firm": "Xinhua Bakery", "place": "Wannianquan Road"}, False),
        ({"firm": "", "place": "", "text": ""}, False),  # nothing was typed yet
        ({"firm": "H"}, False),
    ],
)
def test_what_may_be_the_same_is_shown_while_one_types(desk: User, known: Reporter, said: dict[str, str], is_shown: bool) -> None:
    page = signed_in(desk).post(SIMILAR, SAID | said).content.decode()
    assert (known.number in page) is is_shown
    asked = signed_in(desk).post("/api/v1/mobilisation/hazard-reports/alike", SAID | said, content_type="application/json")
    assert [one["report"]["number"] for one in asked.json()] == [known.number] * is_shown


def test_they_stand_before_the_button_also_on_a_phone(desk: User) -> None:
    page = signed_in(desk).get("/hazard-reports/new/").content.decode()
    assert page.index('id="text"') < page.index('id="similar-reports"') < page.index("Take it in</button>")
    after = page.split('id="similar-reports"')[1].split("</main>")[0]
    sent = re.findall(r"<(?:input|select|button)[^>]*>", after)
    assert sent and all('form="take-in"' in one for one in sent), "all of it is sent with the form above"


def test_only_who_takes_reports_in_there_is_shown_them(desk: User, known: Reporter) -> None:
    assert signed_in(desk).post(SIMILAR, SAID | {"region_code": ZHIFU}).status_code == 403
    assert signed_in(make_person("viewer")).post(SIMILAR, SAID).status_code == 403
    answer = signed_in(desk).get(f"{SIMILAR}?{urlencode(SAID)}")
    assert answer.status_code == 405, "what is typed stands in no address"
    fields = signed_in(desk).get("/hazard-reports/new/").content.decode().split("hx-include=")[1].split('"')[1]
    assert fields == "#region_code, #kind, #firm, #place, #text, #spot-lon, #spot-lat", "nor does the page send who calls"


def test_one_press_takes_the_call_in_and_adds_it(desk: User, known: Reporter) -> None:
    client = signed_in(desk)
    page = client.post(TAKE_IN, FORM | OF_THE_CALLER | {"same_as": str(known.id)}).content.decode()
    taken = HazardReport.objects.exclude(pk=known.id).get()
    assert taken.merged_into == known.report and taken.number in page and known.number in page
    assert taken.secret_sha256 != known.report.secret_sha256, "the caller has a secret of their own"
    assert AuditEntry.objects.filter(action="hazard_report.merge", object_id=str(taken.pk)).exists()
    unmerge(actor=desk, report_id=taken.pk, words="two exits", now=NOW)
    merge(actor=desk, report_id=known.id, into=taken.number, words="", now=NOW)
    refused = client.post(TAKE_IN, FORM | OF_THE_CALLER | {"same_as": str(known.id)}, follow=True).content.decode()
    assert "Choose again" in refused and HazardReport.objects.count() == 2, "it leads no more: nothing is taken in"


def test_a_name_that_nothing_would_seal_is_not_dropped_but_refused(desk: User) -> None:
    """An operator types a name and leaves “without a name” chosen."""
    said = FORM | OF_THE_CALLER | {"telephone": "139 0000 0001"}
    answer = signed_in(desk).post(TAKE_IN, said, follow=True).content.decode()
    assert "choose how it is sealed" in answer and not HazardReport.objects.exists()
    signed_in(desk).post(TAKE_IN, said | {"telephone": " "})
    assert HazardReport.objects.exists()


def test_the_slip_is_printed_with_the_secret_from_that_page_alone(desk: User) -> None:
    client = signed_in(desk)
    page = client.post(TAKE_IN, FORM | OF_THE_CALLER).content.decode()
    secret = page.split('name="secret" value="')[1].split('"')[0]
    report = HazardReport.objects.get()
    address = reverse("print_hazard_receipt", args=[report.pk])
    text = words_of(client, address, {"secret": read_secret(secret)})
    assert secret in text and report.number in text and "lawyer" in text
    assert "not the secret" in client.post(address, {"secret": "0000-0000-0000-001B"}, follow=True).content.decode()
    later = client.get(reverse("paper", args=["hazard_receipt", report.pk]))
    assert "nobody here knows it" in read(later.content) and secret not in read(later.content)
    told = str(list(AuditEntry.objects.filter(action="paper.printed").values_list("details", flat=True)))
    assert secret not in told and read_secret(secret) not in told
    assert signed_in(make_person("viewer")).post(address, {"secret": secret}).status_code != 200


def words_of(client: Client, address: str, form: dict[str, str | None]) -> str:
    """What stands on the paper that a form is answered with."""
    answer = client.post(address, form)
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    return read(answer.content)


def read(document: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(document))


def test_what_lies_near_the_spot_is_found_with_its_distance(desk: User) -> None:
    near, far = Reporter(), Reporter()
    near.sends(kind="fire", firm="", place="At the old mill", text="Smoke comes out of a cellar.", lon=120.4000, lat=36.1600)
    far.sends(kind="fire", firm="", place="At the harbour", text="Smoke comes out of a cellar.", lon=120.4600, lat=36.2000)
    typed = SAID | {"kind": "fire", "firm": "", "lon": "120.4002", "lat": "36.1600"}
    page = signed_in(desk).post(SIMILAR, typed).content.decode()
    assert near.number in page and far.number not in page and "18 m from the spot" in page
    assert 'data-lon="120.400000"' in page and 'data-lat="36.160000"' in page, "for the map"
    asked = signed_in(desk).post(
        "/api/v1/mobilisation/hazard-reports/alike", typed | {"lon": 120.4002, "lat": 36.16}, content_type="application/json"
    )
    assert [(one["report"]["number"], one["distance_m"]) for one in asked.json()] == [(near.number, 18)]
    assert signed_in(desk).post(SIMILAR, typed | {"lon": "500", "lat": "x"}).status_code == 200, "what is no spot counts for none"


def test_the_spot_of_a_call_is_kept(desk: User) -> None:
    signed_in(desk).post(TAKE_IN, FORM | OF_THE_CALLER | {"lon": "120.40110", "lat": "36.16000"})
    taken = HazardReport.objects.get()
    assert (taken.lon, taken.lat) == (120.4011, 36.16)
    refused = signed_in(desk).post(TAKE_IN, FORM | OF_THE_CALLER | {"lon": "500", "lat": "36"})
    assert "degrees" in refused.content.decode() or refused.status_code in (302, 400)
    assert HazardReport.objects.count() == 1
