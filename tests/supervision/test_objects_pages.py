"""Pages of the register and codes that are scanned: what everybody sees, what inspectors see besides, and what nobody gets."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.clocks import stand_at
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, make_named_person, signed_in
from tests.supervision.firms import NOW, make_body, make_object
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.records.papers.services.printing import print_for
from tocsin.supervision.objects.models import CodeIssue, LedgerDay, PlatformRecord, SupervisedObject
from tocsin.supervision.objects.papers import signs as papers_signs
from tocsin.supervision.objects.policy.register import register
from tocsin.supervision.objects.queries import codes as queries
from tocsin.supervision.objects.queries.codes import CodeVerdict
from tocsin.supervision.objects.queries.register import colour_of
from tocsin.supervision.objects.rules.register import NewPerson, NewRecord
from tocsin.supervision.objects.services import codes as services
from tocsin.supervision.objects.services.matching import receive_records
from tocsin.supervision.objects.services.merging import merge_objects
from tocsin.supervision.objects.services.register import add_person

CODE = "91350100M000100Y43"
TODAY = date(2026, 11, 24)
SECRET = "Li Principal"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def keeper(db: None) -> User:
    ensure_regions()
    return make_named_person("keeper", "supervisor")


@pytest.fixture
def haino(keeper: User) -> SupervisedObject:
    made = make_object("Haino <b>Chemicals</b>", credit_code=CODE, address="Jiushui Road 12", lon=120.4, lat=36.2)
    add_person(actor=keeper, object_id=made.pk, new=NewPerson("principal", SECRET, telephone="138 1234 5678"))
    return made


def coloured(found: SupervisedObject, colour: str, day: date = TODAY) -> None:
    LedgerDay.objects.create(
        day=day, object=found, score=9500, band=colour, standing=colour, colour=colour, rule_version="x", lines="[]"
    )


def client_of(user: User | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if user is not None:
        client.force_login(user)
    return client


def sign_path(keeper: User, found: SupervisedObject) -> str:
    return queries.code_path(queries.sign_token(services.issue_codes(actor=keeper, object_ids=[found.pk])[0]))


# --- codes ---


def test_the_public_page_shows_name_trade_colour_and_day_and_no_person(keeper: User, haino: SupervisedObject) -> None:
    coloured(haino, "yellow")
    answer = client_of(None).get(sign_path(keeper, haino))
    text = answer.content.decode()
    assert answer.status_code == 200
    for shown in (
        "Haino &lt;b&gt;Chemicals&lt;/b&gt;",
        "Chemicals",
        "yellow code",
        "2026-11-24",
        register().public_page.report_telephone,
    ):
        assert shown in text
    for hidden in (SECRET, "138 1234 5678", CODE, "Jiushui", str(haino.pk), "/objects/"):
        assert hidden not in text
    assert not {"1234", "95.0", "95"} & set(words_of(text))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]


def test_grey_where_the_ledger_knows_nothing(keeper: User, haino: SupervisedObject) -> None:
    text = client_of(None).get(sign_path(keeper, haino)).content.decode()
    assert "grey: not enough data" in text
    assert "Not yet assessed" in text


def test_the_newest_day_counts_and_the_day_before_while_a_night_is_reckoned(haino: SupervisedObject) -> None:
    other = make_object("other")
    coloured(haino, "green", TODAY - timedelta(days=1))
    coloured(other, "blue", TODAY)
    assert (colour_of(haino.pk).colour, colour_of(haino.pk).day) == ("green", TODAY - timedelta(days=1))
    coloured(haino, "red", TODAY)
    assert colour_of(haino.pk).colour == "red"
    assert colour_of(uuid4()).colour == "grey"


@pytest.mark.parametrize(
    ("role", "inspects", "opens"), [("inspector", True, True), ("viewer", False, True), ("unit_desk", False, False)]
)
def test_after_login_more_is_offered_by_role(
    keeper: User, haino: SupervisedObject, role: str, inspects: bool, opens: bool
) -> None:
    user = make_named_person("reader", role, make_body("body"))
    text = client_of(user).get(sign_path(keeper, haino)).content.decode()
    assert (f"/inspections/new/?object={haino.pk}" in text, f"/objects/{haino.pk}/" in text) == (inspects, opens)


@pytest.mark.parametrize(
    "change", [lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"), lambda token: "c" + token[1:], lambda _t: "x"]
)
def test_forged_codes_are_none_of_ours(keeper: User, haino: SupervisedObject, change: Any) -> None:
    token = sign_path(keeper, haino).removeprefix("/q/")
    assert client_of(None).get(f"/q/{change(token)}").status_code == 404
    assert queries.read_code(change(token), now=NOW).verdict is CodeVerdict.FORGED


def test_a_sign_lives_long_a_screen_short_and_neither_before_its_time(keeper: User, haino: SupervisedObject) -> None:
    sign = sign_path(keeper, haino).removeprefix("/q/")
    screen = queries.screen_token(haino, now=NOW)
    day, second = timedelta(days=1), timedelta(seconds=1)
    keep, short = register().sign.keep_days * day, register().screen.keep_s * second
    verdicts = [queries.read_code(sign, now=NOW + later).verdict for later in (0 * day, keep - day, keep, -day)]
    assert verdicts == [CodeVerdict.VALID, CodeVerdict.VALID, CodeVerdict.EXPIRED, CodeVerdict.EXPIRED]
    verdicts = [queries.read_code(screen, now=NOW + later).verdict for later in (0 * day, short - second, short)]
    assert verdicts == [CodeVerdict.VALID, CodeVerdict.VALID, CodeVerdict.EXPIRED]


def test_a_withdrawn_sign_tells_nothing_and_a_renewed_one_ends_the_old(keeper: User, haino: SupervisedObject) -> None:
    old = sign_path(keeper, haino)
    assert sign_path(keeper, haino) == old  # the one in force is kept
    with pytest.raises(InvalidInput):
        services.withdraw_code(actor=keeper, object_id=haino.pk, reason=" ")
    services.withdraw_code(actor=keeper, object_id=haino.pk, reason="stolen")
    with pytest.raises(Conflict):
        services.withdraw_code(actor=keeper, object_id=haino.pk, reason="again")
    answer = client_of(None).get(old)
    assert answer.status_code == 410
    assert "Haino" not in answer.content.decode()
    first = sign_path(keeper, haino)
    services.issue_codes(actor=keeper, object_ids=[haino.pk], renew=True)
    assert client_of(None).get(first).status_code == 410
    assert CodeIssue.objects.filter(object=haino, withdrawn_at__isnull=True).count() == 1


def test_the_sign_of_an_absorbed_object_shows_the_kept_one(keeper: User, haino: SupervisedObject) -> None:
    twin = make_object("Twin")
    path = sign_path(keeper, twin)
    merge_objects(actor=keeper, kept_id=haino.pk, absorbed_id=twin.pk)
    assert "Haino" in client_of(None).get(path).content.decode()


def test_too_many_tries_of_one_address_wait(keeper: User, haino: SupervisedObject) -> None:
    path, client = sign_path(keeper, haino), client_of(None)
    most = register().public_page.tries_per_min
    assert {client.get("/q/guess").status_code for _try in range(most)} == {404}
    assert client.get("/q/guess").status_code == 429
    assert client.get("/q/guess", REMOTE_ADDR="10.0.0.9").status_code == 404
    assert client.get(path).status_code == 200  # a right one opens, whoever guesses from the same network


def test_pictures_of_codes(keeper: User, haino: SupervisedObject) -> None:
    client = client_of(keeper)
    svg = client.get(reverse("screen_code", args=[haino.pk]))
    png = client.get(reverse("screen_code_png", args=[haino.pk]))
    assert (svg["Content-Type"], png["Content-Type"]) == ("image/svg+xml", "image/png")
    assert b"<svg" in svg.content
    assert png.content.startswith(b"\x89PNG")
    assert client.get(reverse("sign_code", args=[haino.pk])).status_code == 404
    client.post(reverse("issue_code", args=[haino.pk]))
    assert client.get(reverse("sign_code", args=[haino.pk])).status_code == 200
    viewer = client_of(make_named_person("viewer", "viewer"))
    assert viewer.get(reverse("screen_code", args=[haino.pk])).status_code == 200
    assert viewer.get(reverse("sign_code", args=[haino.pk])).status_code == 404


# --- signs on paper ---


def text_of(document: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(document)]


def test_a_sign_and_sheets_of_signs(keeper: User, haino: SupervisedObject) -> None:
    with pytest.raises(InvalidInput):
        print_for(actor=keeper, name="object_sign", object_id=haino.pk)
    firms = [make_object(f"firm {number}", credit_code="", trade="foundry") for number in range(9)]
    document = papers_signs.print_signs(
        actor=keeper, object_ids=services.ids_in_order(keeper, [haino.pk, *(one.pk for one in firms)])
    )
    pages = text_of(document)
    assert len(pages) == 2  # eight on a sheet
    assert sum(page.count("Scan to see") for page in pages) == 10
    assert "<b>Chemicals</b>" in "".join(pages)
    one = text_of(print_for(actor=keeper, name="object_sign", object_id=haino.pk).document)
    assert len(one) == 1
    assert haino.code in one[0]
    assert SECRET not in "".join([*pages, *one])


def test_signs_only_for_keepers_of_the_register(keeper: User, haino: SupervisedObject) -> None:
    stranger = make_named_person("stranger", "supervisor", region="370202")
    viewer = make_named_person("viewer", "viewer")
    services.issue_codes(actor=keeper, object_ids=[haino.pk])
    for user in (stranger, viewer):
        with pytest.raises(NotAllowed):
            papers_signs.print_signs(actor=user, object_ids=[haino.pk])
        for name in ("object_sign", "object_signs"):
            with pytest.raises(NotAllowed):
                print_for(actor=user, name=name, object_id=haino.pk)
    with pytest.raises(InvalidInput):
        papers_signs.print_signs(actor=keeper, object_ids=[])


# --- pages ---


def test_the_list_filters_and_asks_the_same_number_of_questions(
    keeper: User, haino: SupervisedObject, django_assert_max_num_queries: Any
) -> None:
    coloured(haino, "red")
    client = client_of(keeper)
    for number in range(12):
        coloured(make_object(f"foundry {number}", trade="foundry", directly_supervised=number % 2 == 0), "green")
    with django_assert_max_num_queries(24):
        assert client.get("/objects/").status_code == 200

    def shown(query: str) -> int:
        return client.get(f"/objects/?{query}").content.decode().count('<th scope="row">')

    assert shown("colour=red") == 1
    assert shown("colour=grey") == 0
    assert shown("trade=foundry") == 12
    assert shown("trade=foundry&directly=yes") == 6
    assert shown("search=Haino") == 1
    assert shown(f"region={LICANG}") == 13
    assert shown("region=370202") == 0
    assert shown("risk_class=red&kind=enterprise") == 13
    assert shown("state=closed") == 0
    csv = client.get("/objects/?format=csv&colour=red")
    assert CODE in b"".join(csv).decode()


def test_the_page_of_an_object_by_reader(keeper: User, haino: SupervisedObject) -> None:
    url = reverse("supervised_object", args=[haino.pk])
    firm = make_body("haino")
    SupervisedObject.objects.filter(pk=haino.pk).update(organisation=firm)
    texts = {
        user.username: client_of(user).get(url)
        for user in (
            keeper,
            make_named_person("inspector", "inspector"),
            make_named_person("viewer", "viewer"),
            make_named_person("own", "firm_officer", firm),
            make_named_person("competitor", "firm_officer", make_body("other")),
            make_named_person("stranger", "supervisor", region="370202"),
        )
    }
    statuses = {name: answer.status_code for name, answer in texts.items()}
    assert statuses == {"keeper": 200, "inspector": 200, "viewer": 200, "own": 200, "competitor": 404, "stranger": 404}
    seen = {name: SECRET in answer.content.decode() for name, answer in texts.items() if answer.status_code == 200}
    assert seen == {"keeper": True, "inspector": True, "viewer": False, "own": True}


def test_an_absorbed_object_leads_to_the_kept_one_which_shows_the_merge(keeper: User, haino: SupervisedObject) -> None:
    twin = make_object("Twin")
    coloured(twin, "red")
    merge_objects(actor=keeper, kept_id=haino.pk, absorbed_id=twin.pk, reason="one gate")
    client = client_of(keeper)
    answer = client.get(reverse("supervised_object", args=[twin.pk]))
    assert answer["Location"] == reverse("supervised_object", args=[haino.pk])
    page = client.get(answer["Location"]).content.decode()
    assert "one gate" in page
    assert "2026-11-24 red code" in page  # the ledger of the absorbed one is its own, and shown
    merge = haino.merges.get()
    client.post(reverse("act_on_object", args=[haino.pk, "part"]), {"merge": str(merge.pk)})
    twin.refresh_from_db()
    assert twin.merged_into_id is None


def test_an_object_is_entered_changed_and_closed_by_forms(keeper: User) -> None:
    client = client_of(keeper)
    form = {
        "kind": "enterprise",
        "name": "Hongda",
        "trade": "foundry",
        "region_code": LICANG,
        "credit_code": CODE,
        "site_number": "1",
    }
    wrong = client.post(reverse("new_object"), {**form, "credit_code": CODE[:-1] + "4"})
    assert b"should be 3" in wrong.content
    made = client.post(reverse("new_object"), form)
    found = SupervisedObject.objects.get()
    assert made["Location"] == reverse("supervised_object", args=[found.pk])
    client.post(reverse("change_object", args=[found.pk]), {**form, "name": "Hongda Foundry", "employees": "40"})
    found.refresh_from_db()
    assert (found.name, found.employees) == ("Hongda Foundry", 40)
    client.post(reverse("act_on_object", args=[found.pk, "close"]), {"reason": "moved"})
    found.refresh_from_db()
    assert not found.active
    assert client_of(make_named_person("viewer", "viewer")).get(reverse("new_object")).status_code == 403


def test_old_addresses_of_tables_lead_to_imports_and_programs_go_on(keeper: User) -> None:
    client = client_of(keeper)
    content = "名称,行业,备注\n海诺,化工,x\n宏达,炼金术,\n".encode()
    file = SimpleUploadedFile("firms.csv", content, "text/csv")
    made = client.post("/api/v1/supervision/object-imports", {"region_code": LICANG, "file": file}).json()
    address = f"/api/v1/supervision/object-imports/{made['id']}"
    rows = client.get(f"{address}/rows").json()["items"]
    assert [(one["verdict"], one["left_out"]) for one in rows] == [("new", {"备注": "x"}), ("wrong", {})]
    for old, new in (("", "/imports/to/supervised-objects/"), (f"{made['id']}/", f"/imports/{made['id']}/")):
        moved = client.get(f"/objects/imports/{old}")
        assert (moved.status_code, moved["Location"]) == (301, new)
    mended = {"column": "trade", "text": "铸造"}
    assert client.post(f"{address}/rows/3/mend", mended, content_type="application/json").status_code == 200
    assert client.post(f"{address}/rows/2/leave", {"left": True}, content_type="application/json").status_code == 200
    assert client.post(f"{address}/take", {}, content_type="application/json").json()["taken_at"]
    assert SupervisedObject.objects.get().name == "宏达"


def test_the_queue_shows_the_waterfall_and_takes_decisions(keeper: User, haino: SupervisedObject) -> None:
    SupervisedObject.objects.filter(pk=haino.pk).update(name="青岛海诺化工有限公司", address="九水路12号")
    record = NewRecord("grid", "grid", "G1", LICANG, "海诺化工有限公司城阳厂区", CODE, "春阳路3号", 120.5, 36.2)
    row = receive_records(actor=keeper, records=[record])[0]
    client = client_of(keeper)
    page = client.get(reverse("objects_matching")).content.decode()
    assert "春阳路3号" in page
    assert "credit code" in page
    assert "another site" in page
    client.post(reverse("decide_record", args=[row.pk, "same"]), {"object": str(haino.pk)})
    assert PlatformRecord.objects.get().object == haino
    client.post(reverse("decide_record", args=[row.pk, "apart"]), {"object": str(haino.pk)})
    assert PlatformRecord.objects.get().state == "new"
    prefilled = client.get(reverse("new_object") + f"?record={row.pk}").content.decode()
    assert "海诺化工有限公司城阳厂区" in prefilled
    assert client.get(reverse("objects_matching") + "?state=new").status_code == 200


def test_every_section_has_its_function_and_template() -> None:
    from django.template.loader import get_template
    from django.utils.module_loading import import_string

    for name in settings.OBJECT_SECTIONS:
        section = import_string(name.replace(":", "."))
        assert callable(section.tell)
        assert get_template(section.template)


def test_accounts_of_firms_are_opened_at_once_and_shown_once(db: None) -> None:
    first, second = make_object("First", credit_code="91350100M000100Y43"), make_object("Second", kind="site", parent=None)
    SupervisedObject.objects.filter(pk=second.pk).update(credit_code="91350100M000100Y43", site_number=2)
    make_object("A place", kind="place")
    keeper = signed_in(make_named_person("keeper", "supervisor"))
    page = keeper.post("/objects/accounts/?state=active")
    assert "no-store" in page["Cache-Control"]
    assert "91350100m000100y43-1" in page.content.decode() and "A place" not in page.content.decode()
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.organisation is not None and first.organisation == second.organisation  # two sites of one firm
    user = User.objects.get(username="91350100m000100y43-1")
    assert user.must_change_password and [one.role for one in user.grants.all()] == ["firm_officer"]
    assert AuditEntry.objects.filter(action="firm_account.opened").count() == 2
    assert keeper.post("/objects/accounts/").status_code == 302  # nothing is left to do
    assert signed_in(make_named_person("inspector", "inspector")).post("/objects/accounts/").status_code in (302, 403)
    assert User.objects.filter(username__startswith="9135").count() == 2


def test_a_likely_twin_is_shown_before_a_second_entry_is_made(db: None) -> None:
    ensure_regions()
    make_object("青岛泓达化工有限公司", address="九水路12号", lon=120.41, lat=36.16)
    keeper = signed_in(make_named_person("keeper", "supervisor"))
    form = {
        **{"kind": "enterprise", "name": "泓达化工有限公司", "trade": "chemicals", "region_code": LICANG, "site_number": "1"},
        **{"address": "九水路12号", "lon": "120.41", "lat": "36.16"},
    }
    page = keeper.post("/objects/new/", form).content.decode()
    assert "may hold it already" in page and "青岛泓达化工有限公司" in page
    assert SupervisedObject.objects.count() == 1
    assert keeper.post("/objects/new/", {**form, "anyway": "yes"}).status_code == 302
    assert SupervisedObject.objects.count() == 2


def test_the_public_page_says_what_the_colours_mean_and_that_a_firm_is_stopped(db: None) -> None:
    firm = make_object("Stopped")
    keeper = make_named_person("keeper", "supervisor")
    services.issue_codes(actor=keeper, object_ids=[firm.pk])
    issue = CodeIssue.objects.get(object=firm)
    address = f"/q/{queries.sign_token(issue)}"
    page = Client(headers={"accept-language": "en"}).get(address).content.decode()
    assert "What the colours mean" in page and "Ordered to stop" not in page
    fields = {"region_code": LICANG, "kind": "ordered stop", "made_at": NOW, "served_at": NOW, "first": TODAY}
    firm.stop_orders.create(number="S1", **fields)
    assert f"Ordered to stop since {TODAY}" in Client(headers={"accept-language": "en"}).get(address).content.decode()
