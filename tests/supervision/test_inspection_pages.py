"""Pages of tasks, inspections, hidden dangers, draws and documents: what is shown, what a press does, and who sees nothing."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from PIL import Image

from tests.clocks import stand_at
from tests.people import make_named_person
from tests.supervision.firms import NOW, act, make_body, make_object
from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.models import Grant
from tocsin.records.papers.services.printing import print_for
from tocsin.supervision.inspections.models import Draw, Finding, GamingSign, Inspection, Penalty
from tocsin.supervision.inspections.papers import inspections as papers
from tocsin.supervision.inspections.queries.attached import files_of_finding
from tocsin.supervision.inspections.queries.checklists import newest_lists
from tocsin.supervision.inspections.services.cards import keep_card
from tocsin.supervision.inspections.services.inspections import enter_inspection
from tocsin.supervision.inspections.services.opening import open_inspection
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.services.assignment import make_tasks

API = "/api/v1/supervision"


@pytest.fixture
def firm(db: None, monkeypatch: pytest.MonkeyPatch) -> SupervisedObject:
    stand_at(monkeypatch, NOW)
    return make_object(organisation=make_body("hongda"))


@pytest.fixture
def wang(firm: SupervisedObject) -> User:
    return make_named_person("wang", "supervisor", make_body("bureau"))


@pytest.fixture
def zhao(wang: User) -> User:
    return make_named_person("zhao", "inspector", wang.organisation)


@pytest.fixture
def officer(firm: SupervisedObject) -> User:
    return make_named_person("officer", "firm_officer", firm.organisation)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return client


def signed(firm: SupervisedObject, first: User, second: User) -> Inspection:
    inspection = open_inspection(actor=first, object_id=firm.pk, second_id=second.pk)
    for item in inspection.check_list.items:
        enter_inspection(actor=first, act=act(inspection.pk, "answer", item=item["code"], answer="good"))
    enter_inspection(actor=first, act=act(inspection.pk, "finding", grade="ordinary", text="valve leaks", item="licence"))
    enter_inspection(actor=first, act=act(inspection.pk, "answer", item="licence", answer="bad"))
    enter_inspection(actor=first, act=act(inspection.pk, "sign"))
    enter_inspection(actor=second, act=act(inspection.pk, "confirm"))
    return Inspection.objects.get(pk=inspection.pk)


def test_a_scan_opens_the_list_that_fits(firm: SupervisedObject, wang: User, zhao: User) -> None:
    client = client_of(wang)
    page = client.get(f"/inspections/new/?object={firm.pk}").content.decode()
    assert '<option value="chemicals" selected' in page and page.count('value="general" selected') == 0
    answer = client.post(f"/inspections/new/?object={firm.pk}", {"check_list": "chemicals", "second": str(zhao.pk)})
    inspection = Inspection.objects.get()
    assert answer["Location"] == f"/inspections/phone/#{inspection.pk}"
    planned = client.post(f"/inspections/new/?object={firm.pk}", {"check_list": "general", "planned_for": "2026-12-01"})
    assert planned["Location"] == f"/inspections/{Inspection.objects.get(state='planned').pk}/"
    assert client.get("/inspections/new/?object=nothing").status_code == 404


def test_the_case_file_leads_to_closure(firm: SupervisedObject, wang: User, zhao: User, officer: User) -> None:
    signed(firm, wang, zhao)
    finding = Finding.objects.get()
    own, desk = client_of(officer), client_of(wang)
    address = f"/inspections/findings/{finding.pk}/"
    picture = BytesIO()
    Image.new("RGB", (40, 30), "grey").save(picture, "JPEG")
    file = SimpleUploadedFile("valve.jpg", picture.getvalue())
    own.post(f"{address}rectify/", {"text": "new seal", "base_version": "0", "picture": file})
    assert Finding.objects.get().state == "rectified"
    own.post(f"{address}pass/", {"text": "x"})
    assert Finding.objects.get().state == "rectified"  # the firm does not pass its own re-check
    desk.post(f"{address}penalty/", {"kind": "fine", "document_number": "罚2", "decided_on": "2026-11-24", "amount_yuan": "5000"})
    desk.post(f"{address}pass/", {"text": "tight", "base_version": str(Finding.objects.get().version)})
    assert (Finding.objects.get().state, Penalty.objects.count()) == ("closed", 1)
    page = desk.get(address).content.decode()
    for words in ("valve leaks", "new seal", "tight", "罚2", "valve.jpg"):
        assert words in page
    told = own.get(address).content.decode()
    for words in (
        "new seal",
        "罚2",
        "valve.jpg",
        f"/records/papers/rectification_order/{Finding.objects.get().inspection_id}.pdf",
    ):
        assert words in told
    assert "Enter for the firm" not in told
    assert "Enter for the firm" not in page  # nothing comes next of what is closed
    served = own.get("/inspections/documents/").content.decode()
    assert "（370213）应急责改〔2026〕1号" in served
    assert "Take in a file" not in served


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_papers_say_what_was_found_and_are_printed(firm: SupervisedObject, wang: User, zhao: User, language: str) -> None:
    inspection = signed(firm, wang, zhao)
    finding = Finding.objects.get()
    with translation.override(language):
        for build, identity in (
            (papers.inspection_record, inspection.pk),
            (papers.rectification_order, inspection.pk),
            (papers.recheck_opinion, finding.pk),
        ):
            assert finding.number in str(build(wang, identity, NOW).values)
            assert print_for(actor=wang, name=build.__name__, object_id=identity).document.startswith(b"%PDF")
        with pytest.raises(NotAllowed):
            papers.inspection_record(make_named_person("far", "inspector", region="370202"), inspection.pk, NOW)


def test_papers_hold(firm: SupervisedObject, wang: User, zhao: User, officer: User) -> None:
    """The bureau's own number, cards, article, seal's place, review body and court; the firm reads its own and no other's."""
    keep_card(actor=wang, person_id=zhao.pk, number="鲁B-0107")
    inspection = signed(firm, wang, zhao)
    party = {"name": "Li Gang", "position": "head", "strokes": "M10 40 L80 20", "text": "true"}
    enter_inspection(actor=zhao, act=act(inspection.pk, "party_sign", **party))
    with translation.override("en"):
        for build in (papers.rectification_order, papers.inspection_record):
            values = build(officer, inspection.pk, NOW).values
            told = str(values)
            for words in ("zhao (鲁B-0107)", "wang (no card number entered)", "Li Gang head", "M10 40 L80 20"):
                assert words in told
            assert (values["issuer"], values["seal"]["name"]) == ("bureau", "bureau")
            assert print_for(actor=officer, name=build.__name__, object_id=inspection.pk).document.startswith(b"%PDF")
        order = str(papers.rectification_order(officer, inspection.pk, NOW).values)
        assert "the people's court of Licang District within 6 months" in order
        assert "the people's government of Licang District for an administrative review within 60 days" in order
        stranger = make_named_person("stranger", "firm_officer", make_body("other"))
        for build in (papers.rectification_order, papers.inspection_record):
            with pytest.raises(NotAllowed):
                build(stranger, inspection.pk, NOW)
        with pytest.raises(NotAllowed):
            papers.recheck_opinion(stranger, Finding.objects.get().pk, NOW)
    assert client_of(stranger).get("/inspections/documents/").content.decode().count("应急责改") == 0
    assert client_of(zhao).get("/inspections/cards/").status_code == 403
    client_of(wang).post("/inspections/cards/", {"person": str(wang.pk), "number": " 鲁B-0108 ", "valid_until": "2027-01-01"})
    assert "鲁B-0108" in client_of(wang).get("/inspections/cards/").content.decode()


def test_photos_hang_on_their_item_and_their_danger(firm: SupervisedObject, wang: User, zhao: User) -> None:
    visit = open_inspection(actor=wang, object_id=firm.pk, second_id=zhao.pk, check_list="welding")
    first, second = (item["code"] for item in visit.check_list.items[:2])
    for item in (first, second):
        enter_inspection(actor=wang, act=act(visit.pk, "finding", grade="ordinary", text=item, item=item))
    drawn = BytesIO()
    Image.effect_noise((40, 30), 90).save(drawn, "JPEG")
    enter_inspection(actor=wang, act=act(visit.pk, "photo", item=first), picture=drawn.getvalue(), name="first.jpg")
    shown = {one.item: files_of_finding(one) for one in Finding.objects.all()}
    assert ([one.name for one in shown[first]], shown[second]) == (["first.jpg"], [])
    page = client_of(wang).get(f"/inspections/{visit.pk}/").content.decode()
    assert page.count("Photo 1") == 1
    cards = client_of(wang).get(f"{API}/inspector-cards").json()
    assert {"wang", "zhao"} <= {one["person"] for one in cards}
    address = f"{API}/inspector-cards/{zhao.pk}"
    kept = client_of(wang).post(address, {"number": "鲁B-1"}, content_type="application/json").json()
    assert (kept["person"], kept["number"]) == ("zhao", "鲁B-1")


LISTS = ("/tasks/", "/inspections/", "/inspections/findings/", "/inspections/documents/")


@pytest.mark.parametrize("address", LISTS)
def test_lists_are_pages_rows_and_files(firm: SupervisedObject, wang: User, zhao: User, address: str) -> None:
    make_tasks(now=NOW)
    signed(firm, wang, zhao)
    client = client_of(wang)
    whole = client.get(f"{address}?search=Hongda")
    assert firm.name in whole.content.decode()
    rows = client.get(address, headers={"HX-Request": "true"})
    assert rows.status_code == 200
    table = client.get(f"{address}?format=csv").content.decode("utf-8-sig").splitlines()
    assert len(table) > 1
    assert client_of(make_named_person("nobody", "security_administrator")).get(address).status_code == 403


def test_a_list_page_asks_the_database_no_more_for_more_rows(
    firm: SupervisedObject, wang: User, zhao: User, django_assert_max_num_queries: Any
) -> None:
    make_tasks(now=NOW)
    for _ in range(3):
        signed(firm, wang, zhao)
    client = client_of(wang)
    for address in LISTS:
        with django_assert_max_num_queries(16):
            client.get(address)


def test_more_time_is_decided_on_the_page(firm: SupervisedObject, wang: User, officer: User) -> None:
    make_tasks(now=NOW)
    task = Task.objects.get(rule="self_check_month")
    entry = {
        "id": "01920000-0000-7000-8000-000000000001",
        "subject": "task",
        "subject_id": str(task.pk),
        "act": "ask_deferral",
        "at": NOW.isoformat(),
        "data": {"text": "overhaul", "until": "2026-12-04"},
    }
    answer = client_of(officer).post(f"{API}/entries", {"entries": [entry]}, "application/json").json()
    assert answer[0]["taken"]
    page = client_of(wang).get(f"/tasks/{task.pk}/").content.decode()
    assert "overhaul" in page
    client_of(wang).post(f"/tasks/{task.pk}/grant/", {})
    assert Task.objects.get(pk=task.pk).deferred_to is not None
    client_of(wang).post(f"/tasks/{task.pk}/exempt/", {"text": "stopped"})
    assert Task.objects.get(pk=task.pk).state == "exempt"


def test_a_batch_that_comes_twice_changes_nothing_and_refusals_are_told(
    firm: SupervisedObject, officer: User, wang: User
) -> None:
    make_tasks(now=NOW)
    tasks = {one.rule: one for one in Task.objects.all()}
    fields = {"subject": "task", "at": NOW.isoformat(), "device": "d", "base_version": 0}
    rows = [
        {
            **fields,
            "id": f"01920000-0000-7000-8000-00000000000{number}",
            "sequence": number,
            "subject_id": str(tasks[rule].pk),
            "act": what,
        }
        for number, (rule, what) in enumerate([("self_check_month", "done"), ("certificates", "done"), ("drill", "explode")])
    ]
    client = client_of(officer)
    for _ in range(2):
        told = client.post(f"{API}/entries", {"entries": rows, "channel": "phone"}, "application/json").json()
        assert [one["taken"] for one in told] == [True, False, False]
    assert Task.objects.get(pk=tasks["self_check_month"].pk).version == 1
    seen = client.get(f"{API}/firm").json()
    assert {one["state"] for one in seen["tasks"] if one["rule"] == "self_check_month"} == {"done"}
    assert client_of(wang).get(f"{API}/firm").status_code == 403


def test_a_draw_on_its_page_and_in_the_api(firm: SupervisedObject, wang: User, zhao: User) -> None:
    make_named_person("third", "inspector")
    client = client_of(wang)
    witness = make_named_person("witness", "shift_leader")
    form = {"name": "November", "region_code": "370213", "count": "1", "planned_for": "2026-11-26", "witness_id": str(witness.pk)}
    client.post("/inspections/draws/", form)
    draw = Draw.objects.get()
    before = client.get(f"{API}/draws/{draw.pk}").json()
    assert (before["seed"], before["result"]) == ("", {})
    for _step in ("committed", "said"):
        client_of(witness).post(f"/inspections/draws/{draw.pk}/", {"words": "twelve grey herons"})
    after = client.get(f"{API}/draws/{draw.pk}").json()
    assert all(after["verified"].values()) and (after["published"], after["abandoned"]) == (1, 0)
    page = client.get(f"/inspections/draws/{draw.pk}/").content.decode()
    assert after["seed"] in page
    assert json.loads(client.get(f"/inspections/draws/{draw.pk}/?format=json").content)["seed"] == after["seed"]
    assert firm.name in client.get(f"/inspections/draws/{draw.pk}/?format=csv").content.decode()


def test_signs_of_gaming_are_decided_in_words(firm: SupervisedObject, wang: User) -> None:
    evidence = {"km_h": 900, "entries": []}
    sign = GamingSign.objects.create(object=firm, kind="impossible_travel", at=NOW, evidence=evidence, state="open")
    client = client_of(wang)
    assert "900" in client.get("/inspections/gaming/").content.decode()
    client.post(f"/inspections/gaming/{sign.pk}/", {"confirmed": "no", "words": "two people, one login"})
    assert GamingSign.objects.get().state == "dismissed"
    assert client.get(f"{API}/gaming?state=dismissed").json()[0]["words"] == "two people, one login"


def test_a_check_list_is_edited_on_its_page(wang: User) -> None:
    Grant.objects.filter(user=wang).update(region_code="000000")
    client, second = client_of(wang), client_of(make_named_person("second", "supervisor", region="000000"))
    assert "危险化学品" in client.get("/inspections/checklists/chemicals/").content.decode()
    form = {
        "base_version": "1",
        "zh": "新",
        "en": "new",
        "trades": ["chemicals"],
        "items": '[{"code": "a", "zh": "一", "en": "one"}]',
    }
    proposed = client.post("/inspections/checklists/chemicals/", form).headers["Location"]
    second.post(f"{proposed}confirm/")
    assert newest_lists()["chemicals"].words == {"zh": "新", "en": "new"}
    client.post("/inspections/checklists/chemicals/", {**form, "items": "["})
    assert client.get(f"{API}/checklists/versions?code=chemicals").json()[0]["version"] == 2
    assert client.get("/inspections/checklists/nothing/").status_code == 404


def test_a_file_of_documents_is_taken_in_on_the_page(firm: SupervisedObject, wang: User) -> None:
    rows = f"number,kind,date,object_code\n1,other,2026-11-24,{firm.code}\n2,letter,2026-11-24,{firm.code}\n"
    page = client_of(wang).post("/inspections/documents/", {"file": SimpleUploadedFile("a.csv", rows.encode())})
    assert "row 2" in page.content.decode()
    assert client_of(wang).get(f"{API}/documents?direction=in").json()[0]["number"] == "1"


@pytest.mark.parametrize(("address", "role"), [("/firm/", "firm_officer"), ("/inspections/phone/", "inspector")])
def test_phone_pages_are_shells_that_name_nobody(firm: SupervisedObject, address: str, role: str) -> None:
    person = make_named_person("somebody", role, firm.organisation)
    page = client_of(person).get(address).content.decode()
    assert "somebody" not in page
    assert firm.name not in page
    manifest = Client().get(f"{address}manifest.webmanifest").json()
    assert (manifest["scope"], manifest["display"]) == (address, "standalone")
    assert Client().get(f"{address}worker.js").status_code == 200
    assert client_of(make_named_person("viewer", "viewer")).get(address).status_code == 403
