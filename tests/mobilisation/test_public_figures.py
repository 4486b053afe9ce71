"""Figures for the public: counted once, frozen by the clock, read without signing in, corrected by a further edition."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation
from lxml import etree

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.mobilisation.figures.models import FigureEdition
from tocsin.mobilisation.figures.services.publishing import ask_for_edition, publish_figures
from tocsin.mobilisation.figures.services.telling import tell_of_edition
from tocsin.mobilisation.figures.shown.notices import page as page_of
from tocsin.mobilisation.figures.shown.notices import texts
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.rewards.models import Reward
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import acted_on
from tocsin.records.audit.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

QINGDAO, LICANG, HUANGDAO = "370200", "370213", "370211"
OCTOBER = datetime(2026, 10, 12, 4, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 11, 4, tzinfo=UTC)
STEPS: tuple[tuple[str, dict[str, str]], ...] = (
    ("accept", {}),
    ("check", {"verdict": "true"}),
    ("handle", {}),
    ("answer", {}),
    ("close", {}),
)


def reported(
    region: str, many: int, *, trade: str = "chemicals", false: int = 0, at: datetime = OCTOBER, **fields: object
) -> None:
    """So many reports that went all the way, `false` of them without anything found; each answered after three days."""
    reports, entries = [], []
    for n in range(many):
        pk = new_id()
        row: dict[str, object] = {
            "region_code": region,
            "state": "closed",
            "trade": trade,
            "kind": "gas",
            "mode": "anonymous",
            "channel": "page",
        }
        row |= {"text": "smells", "language": "en", "received_at": at - timedelta(days=3), "completeness": 3, "valid": True}
        reports.append(HazardReport(id=pk, number=str(pk)[:30], **row | fields))
        steps = STEPS if n >= false else (STEPS[0], ("check", {"verdict": "not_true"}), STEPS[3])
        entries += [ReportEntry(report_id=pk, act=act, at=at, figures=figures) for act, figures in steps]
    HazardReport.objects.bulk_create(reports)
    ReportEntry.objects.bulk_create(entries)


def paid(report: HazardReport, yuan: int) -> None:
    Reward.objects.create(
        number=f"{report.number}-1"[:40], report=report, region_code=report.region_code, state="paid", kind="major",
        verdict="reward", amount_yuan=yuan, decide_due=OCTOBER, paid_at=OCTOBER,
    )  # fmt: skip


@pytest.fixture
def october(monkeypatch: pytest.MonkeyPatch) -> None:
    """A month in one city: much in one county, little in another."""
    stand_at(monkeypatch, NOVEMBER)
    ensure_regions()
    reported(LICANG, 30, false=8)
    reported(HUANGDAO, 3)
    lead = HazardReport.objects.filter(region_code=LICANG).order_by("pk")
    first = lead[0]
    reported(LICANG, 4, merged_into=first)
    reported(LICANG, 7, state="malicious")
    for report in lead.filter(state="closed", merged_into=None)[:6]:
        paid(report, 2000)


def page(query: str = "") -> str:
    return Client(headers={"accept-language": "en"}).get(f"/hazard/figures/{query}").content.decode()


def test_the_clock_publishes_a_month_once_and_everybody_reads_it(october: None) -> None:
    assert "Nothing has been published yet" in page()
    assert not publish_figures(now=NOVEMBER - timedelta(days=2)), "what is entered late is waited for"
    assert publish_figures(now=NOVEMBER) and not publish_figures(now=NOVEMBER)
    made = FigureEdition.objects.get()
    assert (made.period, made.number, made.region_code, made.k, made.published_by) == ("2026-10", 1, QINGDAO, 5, None)
    told = Client().get("/hazard/figures/data.json?period=2026-10")
    rows = {(one["area"], one["trade"]): one for one in told.json()["rows"]}
    city = rows[QINGDAO, ""]
    assert (city["accepted"], city["checked"], city["true"], city["share_true"]) == (33, 33, 25, 0.76)
    assert (city["answered"], city["median_days"], city["removed"], city["rewards"], city["yuan"]) == (33, 3.0, 25, 6, 12000)
    assert rows[HUANGDAO, ""]["accepted"] is None and rows[HUANGDAO, "chemicals"]["median_days"] is None
    assert "October 2026" in page() and "76 %" in page() and "¥12,000" in page()
    assert "public" in told["Cache-Control"] and told["Access-Control-Allow-Origin"] == "*"
    assert Client().get("/hazard/figures/data.json").json()["periods"][0]["period"] == "2026-10"
    assert Client().get("/hazard/figures/data.json?period=2026-09").status_code == 404
    lines = Client(headers={"accept-language": "zh-hans"}).get("/hazard/figures/?format=csv").content.decode("utf-8-sig")
    assert lines.splitlines()[0].startswith("区域代码,区域,行业代码,行业,受理") and len(lines.splitlines()) == 1 + len(rows)


def test_what_is_published_stays_and_a_correction_is_a_further_edition(october: None) -> None:
    publish_figures(now=NOVEMBER)
    officer = make_named_person("li", "report_officer", region=QINGDAO)
    with pytest.raises(Conflict, match="Nothing has changed"):
        ask_for_edition(actor=officer, period="2026-10", reason="looked again", now=NOVEMBER)
    reported(LICANG, 2)
    assert "33" in page() and not publish_figures(now=NOVEMBER)
    reported(LICANG, 10)
    with pytest.raises(InvalidInput, match="Say why"):
        ask_for_edition(actor=officer, period="2026-10", reason=" ", now=NOVEMBER)
    made = ask_for_edition(actor=officer, period="2026-10", reason="Letters were entered late.", now=NOVEMBER)
    with pytest.raises(Conflict, match="being published"):
        ask_for_edition(actor=officer, period="2026-10", reason="again", now=NOVEMBER)
    assert "33" in page() and "edition 1" in page()
    assert publish_figures(now=NOVEMBER) and not publish_figures(now=NOVEMBER)
    assert made.number == 2 and "Letters were entered late." in page() and "edition 2" in page()
    rows = Client().get("/hazard/figures/data.json?period=2026-10").json()["rows"]
    assert next(one["accepted"] for one in rows if (one["area"], one["trade"]) == (QINGDAO, "")) == 45
    assert next(one["accepted"] for one in rows if (one["area"], one["trade"]) == (HUANGDAO, "")) is None
    entries = AuditEntry.objects.filter(object_type="figures").order_by("pk")
    assert [one.action for one in entries] == ["figures.published", "figures.asked", "figures.corrected"]
    assert entries[2].actor_id == officer.pk and entries[2].details["reason"] == "Letters were entered late."


def test_who_publishes_holds_the_right_in_all_that_is_published(october: None) -> None:
    county = make_named_person("wang", "report_officer", region=LICANG)
    with pytest.raises(NotAllowed):
        ask_for_edition(actor=county, period="2026-10", reason="now", now=NOVEMBER)
    city = make_named_person("li", "report_officer", region=QINGDAO)
    with pytest.raises(Conflict, match="not over"):
        ask_for_edition(actor=city, period="2026-11", reason="now", now=NOVEMBER)
    with pytest.raises(Conflict, match="Nothing was reported yet"):
        ask_for_edition(actor=city, period="2026-Q3", reason="now", now=NOVEMBER)
    with pytest.raises(InvalidInput):
        ask_for_edition(actor=city, period="October", reason="now", now=NOVEMBER)


def test_the_desk_sees_its_own_area_with_nothing_hidden_and_publishes_by_one_press(october: None) -> None:
    desk = signed_in(make_named_person("li", "report_officer", region=HUANGDAO))
    shown = desk.get("/api/v1/mobilisation/hazard-figures/exact?period=2026-10").json()
    told = {(one["area"], one["trade"]): one["accepted"] for one in shown}
    assert told[HUANGDAO, ""] == 3 and told[QINGDAO, ""] == 3, "of the other county nothing"
    assert "Nothing is hidden here" in desk.get("/hazard-reports/figures/?period=2026-10").content.decode()
    assert "text/csv" in desk.get("/hazard-reports/figures/?period=2026-10&format=csv")["Content-Type"]
    city = signed_in(make_named_person("wang", "supervisor", region=QINGDAO))
    done = city.post(
        "/hazard-reports/figures/publish/", {"period": "2026-10", "reason": "Asked for by the council."}, follow=True
    )
    assert "Edition 1 of October 2026 is being published" in done.content.decode() and "under way" in done.content.decode()
    publish_figures(now=NOVEMBER)
    assert "Asked for by the council." in city.get("/hazard-reports/figures/?period=2026-10").content.decode()
    assert city.get("/api/v1/mobilisation/hazard-figures").json()[0]["reason"] == "Asked for by the council."
    assert city.get("/api/v1/mobilisation/hazard-figures/rows").json()[0]["accepted"] == 33
    assert city.get("/api/v1/mobilisation/hazard-figures/rows?period=2026-09").json() == []
    answer = city.post(
        "/api/v1/mobilisation/hazard-figures", {"period": "2026-10", "reason": "again"}, content_type="application/json"
    )
    assert answer.status_code == 409
    assert Client().get("/hazard-reports/figures/").status_code == 302


def test_a_quarter_follows_its_months(october: None) -> None:
    for months in (1, 2):
        reported(LICANG, 30, at=OCTOBER + timedelta(days=31 * months))
        reported(HUANGDAO, 4, at=OCTOBER + timedelta(days=31 * months))
    new_year = datetime(2027, 1, 11, 4, tzinfo=UTC)
    while publish_figures(now=new_year):
        pass
    assert list(FigureEdition.objects.order_by("period").values_list("period", flat=True)) == [
        *("2026", "2026-10", "2026-11", "2026-12", "2026-Q4"),
    ]
    rows = {(one["area"], one["trade"]): one for one in FigureEdition.objects.get(period="2026-Q4").figures}
    assert rows[LICANG, ""]["accepted"] == 90 and rows[QINGDAO, ""]["accepted"] == 101
    assert "Quarter 4 of 2026" in page("?period=2026-Q4")


def test_a_year_is_made_of_the_months_since_the_first_report(october: None) -> None:
    for months in (1, 2):
        reported(LICANG, 30, at=OCTOBER + timedelta(days=31 * months))
    while publish_figures(now=datetime(2027, 1, 11, 4, tzinfo=UTC)):
        pass
    year, quarter = (FigureEdition.objects.get(period=period) for period in ("2026", "2026-Q4"))
    assert year.tallies == quarter.tallies, "nothing was reported before October"
    rows = {(one["area"], one["trade"]): one for one in year.figures}
    assert rows[QINGDAO, ""]["accepted"] == 93 and rows[LICANG, ""]["accepted"] is None
    assert "2026" in page("?period=2026")


def test_a_corrected_month_corrects_its_quarter_and_its_year(october: None) -> None:
    for months in (1, 2):
        reported(LICANG, 30, at=OCTOBER + timedelta(days=31 * months))
    later = datetime(2027, 1, 11, 4, tzinfo=UTC)
    while publish_figures(now=later):
        pass
    reported(LICANG, 12)
    reported(HUANGDAO, 1)
    officer = make_named_person("li", "report_officer", region=QINGDAO)
    ask_for_edition(actor=officer, period="2026-10", reason="entered late", now=later)
    while publish_figures(now=later):
        pass
    second = {one.period: one for one in FigureEdition.objects.filter(number=2)}
    assert set(second) == {"2026-10", "2026-Q4", "2026"} and not FigureEdition.objects.filter(number=3).exists()
    assert second["2026"].reason == second["2026-Q4"].reason == "2026-10: entered late"
    assert second["2026"].tallies == second["2026-Q4"].tallies
    for period, one in second.items():
        first = {(row["area"], row["trade"]): row for row in FigureEdition.objects.get(period=period, number=1).figures}
        rows = {(row["area"], row["trade"]): row for row in one.figures}
        assert rows[QINGDAO, ""]["accepted"] == first[QINGDAO, ""]["accepted"] + 13
        both = [(first[key][name], rows[key][name]) for key in first for name in ("accepted", "true", "answered", "removed")]
        changes = {after - before for before, after in both if before is not None and after is not None}
        assert not [one for one in changes if 0 < abs(one) < second[period].k], "two editions tell of no single report"


def test_a_corrected_month_that_changes_nothing_above_leaves_it(october: None) -> None:
    while publish_figures(now=NOVEMBER):
        pass
    reported(LICANG, 12)
    officer = make_named_person("li", "report_officer", region=QINGDAO)
    ask_for_edition(actor=officer, period="2026-10", reason="entered late", now=NOVEMBER)
    while publish_figures(now=NOVEMBER):
        pass
    assert list(FigureEdition.objects.order_by("number").values_list("period", "number")) == [("2026-10", 1), ("2026-10", 2)]


def told_to(name: str) -> list[str]:
    with translation.override("en"):
        found = list(Notice.objects.filter(purpose="hazard_figures", person__username=name).order_by("key"))
        words = texts(found)
    return [words[one.pk] for one in found]


def test_publishers_are_told_of_a_new_edition_and_of_a_corrected_one(october: None) -> None:
    city = make_named_person("li", "report_officer", region=QINGDAO)
    make_named_person("wang", "supervisor", region=LICANG)
    make_named_person("sun", "viewer", region=QINGDAO)
    publish_figures(now=NOVEMBER)
    assert told_to("li") == told_to("wang") == ["Figures about reports by the public: October 2026 is published."]
    reported(LICANG, 10)
    ask_for_edition(actor=city, period="2026-10", reason="Letters were entered late.", now=NOVEMBER)
    publish_figures(now=NOVEMBER)
    corrected = "Figures about reports by the public: October 2026 was corrected (edition 2): Letters were entered late."
    assert corrected in told_to("li") and len(told_to("li")) == 2 and told_to("sun") == []
    notice = Notice.objects.filter(purpose="hazard_figures")[0]
    assert page_of(notice) == acted_on(notice) == "/hazard/figures/?period=2026-10"


def test_of_months_that_are_published_late_nobody_is_told(october: None) -> None:
    make_named_person("li", "report_officer", region=QINGDAO)
    publish_figures(now=NOVEMBER)
    FigureEdition.objects.create(
        period="2026-09", number=1, region_code=QINGDAO, k=5, asked_at=NOVEMBER, published_at=NOVEMBER, figures=[], tallies=[]
    )
    tell_of_edition(FigureEdition.objects.get(period="2026-09"), now=NOVEMBER)
    assert len(told_to("li")) == 1


def test_the_feed_has_one_entry_for_each_edition(october: None) -> None:
    reader = Client(headers={"accept-language": "en"})
    empty = etree.fromstring(reader.get("/hazard/figures/feed.atom").content)
    assert empty.findall("{*}entry") == []
    officer = make_named_person("li", "report_officer", region=QINGDAO)
    publish_figures(now=NOVEMBER)
    reported(LICANG, 10)
    ask_for_edition(actor=officer, period="2026-10", reason="Letters <were> entered late.", now=NOVEMBER + timedelta(hours=1))
    publish_figures(now=NOVEMBER + timedelta(hours=1))
    answer = reader.get("/hazard/figures/feed.atom")
    assert answer["Content-Type"].startswith("application/atom+xml") and "public" in answer["Cache-Control"]
    entries = etree.fromstring(answer.content).findall("{*}entry")
    assert [one.findtext("{*}title") for one in entries] == ["October 2026, corrected (edition 2)", "October 2026"]
    assert "Letters <were> entered late." in (entries[0].findtext("{*}summary") or "")
    address = entries[0].find("{*}link[@type='application/json']").get("href").removeprefix("http://testserver")
    assert reader.get(address).json()["edition"] == 2
