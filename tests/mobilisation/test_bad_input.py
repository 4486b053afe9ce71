"""What a stranger's phone may send beside a good report: photos of every bad kind, things out of order, clocks a year off.
Nothing is lost, nothing counts twice, and what is refused is told in the reporter's language.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clocks import stand_at
from tests.mobilisation.public import Reporter
from tests.people import make_person
from tests.pictures import picture
from tests.records.test_attachments import png_of
from tests.supervision.firms import NOW
from tocsin.mobilisation.hazard_reports.models import ReportPhoto
from tocsin.records.attachments.models import Attachment

pytestmark = pytest.mark.django_db
HEIC = Path(__file__).parents[1] / "golden" / "heic"
YEAR = timedelta(days=365)


@pytest.fixture
def reporter(monkeypatch: pytest.MonkeyPatch) -> Reporter:
    stand_at(monkeypatch, NOW)
    make_person("report_officer", organisation="emergency_bureau")
    return Reporter("zh-hans")


TAKEN: dict[str, Callable[[], bytes]] = {
    "60 megapixels": lambda: picture("JPEG", (8944, 6708), quality=20),
    "HEIC of a phone": lambda: (HEIC / "phone.heic").read_bytes(),
    "an EXIF as long as it may be": lambda: picture("JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08" + b"\xff" * 65_000),
}
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "文件"),
    "a page": (lambda: b"<html><script>alert(1)</script></html>", "文件"),
    "a bomb of pixels": (lambda: png_of(60_000, 60_000), "损坏"),
    "60 megapixels of HEIC": (lambda: (HEIC / "60-megapixels.heic").read_bytes(), "像素"),
    "a photo that breaks off": (lambda: (HEIC / "phone.heic").read_bytes()[:600], "损坏"),
}


@pytest.mark.parametrize("make", TAKEN.values(), ids=TAKEN)
def test_a_photo_of_any_camera_is_taken_without_its_traces(reporter: Reporter, make: Callable[[], bytes]) -> None:
    reporter.sends()
    assert reporter.shows(make()).json() == {"taken": True}
    kept = Attachment.objects.get()
    assert kept.media_type == "image/jpeg" and kept.taken_at is None


@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=REFUSED)
def test_a_bad_photo_is_refused_in_the_reporters_language_and_the_report_stays(
    reporter: Reporter, make: Callable[[], bytes], words: str
) -> None:
    reporter.sends()
    refused = reporter.shows(make())
    assert (refused.status_code, words in refused.json()["message"]) == (400, True), refused.json()
    assert reporter.asks().json()["photos"] == 0 and not Attachment.objects.exists()


def test_a_photo_before_its_report_is_kept_by_the_phone_and_taken_after_it(reporter: Reporter) -> None:
    early = reporter.shows(picture())
    assert early.status_code in (400, 403) and not ReportPhoto.objects.exists()
    reporter.sends()
    for _twice in range(2):
        assert reporter.shows(picture()).json() == {"taken": True}
    assert ReportPhoto.objects.count() == 1


@pytest.mark.parametrize("wrong", [-YEAR, YEAR], ids=["behind", "ahead"])
def test_a_phone_whose_clock_is_a_year_off_gets_its_receipt_and_is_told(reporter: Reporter, wrong: timedelta) -> None:
    at = (NOW + wrong).isoformat()
    told = reporter.sends(said_at=at, sent_at=at).json()
    assert "时间不准" in told["clock"], "the time of the office counts"
    report = reporter.report
    assert (report.received_at, report.said_at) == (NOW, None)
