"""Photos and documents of a case: by page and API, named on the time line, proof for closing, closed to others."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.command.street import Timeline, case_of
from tests.people import SHINAN, make_person
from tests.records.test_attachments import PDF, photo
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.base.gate import FOREIGN_FILES
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import time_line_of
from tocsin.command.casebook.services.files import attach_file
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.gathering.services import decisions as services
from tocsin.command.handling.queries import closing_papers
from tocsin.command.handling.services.handling import open_case_by_hand
from tocsin.command.orders.queries.attached import files_of
from tocsin.records.attachments.policy import attachment_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(street: None, time: Timeline) -> Case:
    alarm = time.rings(2, [("gas_main_leak", 0.7, "G1")])
    time.looks()
    return case_of(alarm)


def lines(case: Case) -> list[str]:
    return [describe_change(one).sentence for one in time_line_of(case).filter(act="attached")]


def test_a_file_is_proof_and_stands_on_the_time_line_once(case: Case, officer: Any) -> None:
    assert not closing_papers(case).proof
    kept = attach_file(actor=officer, case_id=case.pk, data=photo(), name="well 2.jpg", caption="lid open")
    assert attach_file(actor=officer, case_id=case.pk, data=photo(), name="again.jpg") == kept
    assert lines(case) == ["Attached: well 2.jpg: lid open"]
    assert closing_papers(case).proof
    case.refresh_from_db()
    assert case.touched_at is not None


def test_what_is_refused_leaves_nothing(case: Case, officer: Any) -> None:
    with pytest.raises(InvalidInput):
        attach_file(actor=officer, case_id=case.pk, data=b"<svg onload=alert(1)>", name="well.jpg")
    for stranger, refusal in ((make_person("duty_officer", SHINAN), Case.DoesNotExist), (make_person("viewer"), NotAllowed)):
        with pytest.raises(refusal):
            attach_file(actor=stranger, case_id=case.pk, data=PDF, name="x.pdf")
    assert files_of(case) == [] and lines(case) == []


def test_files_go_with_a_merge(case: Case, officer: Any) -> None:
    told = {"region_code": case.region_code, "title": "smell of gas", "place": "well 3", "level": AlarmLevel.ORANGE}
    other = open_case_by_hand(actor=officer, **told)
    attach_file(actor=officer, case_id=other.pk, data=PDF, name="report.pdf")
    services.merge_cases(actor=officer, case_id=other.pk, into_id=case.pk, text="one matter")
    assert [one.name for one in files_of(Case.objects.get(pk=case.pk))] == ["report.pdf"]


def test_by_page_and_by_api(case: Case, officer: Any) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    address = reverse("attach_to_case", args=[case.pk])
    sent = [SimpleUploadedFile("a.jpg", photo(), "text/html"), SimpleUploadedFile("b.svg", b"<svg/>", "image/jpeg")]
    answer = client.post(address, {"file": sent, "caption": "the well"}, follow=True)
    page = answer.content.decode()
    assert "the well" in page and "b.svg: The file is no JPEG" in page
    (kept,) = files_of(case)
    assert reverse("attachment", args=[kept.pk]) in page
    assert client.get(reverse("attachment", args=[kept.pk]))["Content-Type"] == "image/jpeg"
    api = f"/api/v1/command/cases/{case.pk}/files"
    answer = client.post(api, {"file": SimpleUploadedFile("c.pdf", PDF), "caption": "paper"}, headers={"X-CSRFToken": "x"})
    assert (answer.status_code, answer.json()["media_type"]) == (200, "application/pdf")
    assert [one["caption"] for one in client.get(api).json()] == ["the well", "paper"]
    answer = client.get(f"/api/v1/records/attachments/{kept.pk}")
    assert (answer["Content-Type"], answer["Content-Disposition"]) == ("image/jpeg", "attachment")
    client.force_login(make_person("duty_officer", SHINAN))
    assert client.get(f"/api/v1/records/attachments/{kept.pk}").status_code == 403
    assert client.get(api).status_code == 404
    assert client.post(address, {"file": SimpleUploadedFile("d.pdf", PDF)}).status_code == 404
    assert client.get(reverse("attachment", args=[kept.pk])).status_code == 403


def test_a_heap_of_files_is_cut_short_in_words(case: Case, officer: Any) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    address = reverse("attach_to_case", args=[case.pk])
    most = attachment_policy().most_per_request
    heap = [SimpleUploadedFile(f"{one}.pdf", PDF + b"%d %%%%EOF" % one) for one in range(most + 1)]
    page = client.post(address, {"file": heap}, follow=True).content.decode()
    assert "At most 10 files at once" in page and len(files_of(case)) == most
    answer = client.post(address, {"file": [SimpleUploadedFile(f"{one}.pdf", PDF) for one in range(30)]})
    assert answer.status_code == 400 and "A form takes at most 20 files" in answer.content.decode()


def test_while_others_are_read_a_file_waits_and_the_rest_is_not_tried(
    case: Case, officer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    monkeypatch.setattr(FOREIGN_FILES, "wait_s", 0.0)
    sent = [SimpleUploadedFile("a.jpg", photo()), SimpleUploadedFile("b.jpg", photo())]
    with FOREIGN_FILES.held("one"), FOREIGN_FILES.held("another"):
        page = client.post(reverse("attach_to_case", args=[case.pk]), {"file": sent}, follow=True).content.decode()
        assert "a.jpg: Many files are being read just now" in page and "b.jpg" not in page
        told = client.post(
            f"/api/v1/command/cases/{case.pk}/files",
            {"file": SimpleUploadedFile("c.jpg", photo())},
            headers={"X-CSRFToken": "x"},
        )
    assert (told.status_code, told["Retry-After"]) == (503, "2")
