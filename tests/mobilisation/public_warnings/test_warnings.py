"""A public warning from its draft to its end: four eyes, frozen bytes, references, the wall round exercises, the public pages."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from tests.mobilisation.public_warnings.drafting import KIND, SPOT, draft, issued, new
from tests.people import LICANG, YANTAI, make_person, signed_in
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.models import town_name
from tocsin.jurisdiction.face import towns_within
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.public_warnings.models import PublicWarning
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.queries import warnings as queries
from tocsin.mobilisation.public_warnings.queries.warnings import map_bounds
from tocsin.mobilisation.public_warnings.rules.cap.checking import Verdict, check
from tocsin.mobilisation.public_warnings.rules.cap.message import Alert, MsgType, Status
from tocsin.mobilisation.public_warnings.rules.cap.reading import read_message
from tocsin.mobilisation.public_warnings.rules.cap.signing import Signer, sign
from tocsin.mobilisation.public_warnings.rules.states import IssueVerdict, WarningState, judge_issue, needs_two
from tocsin.mobilisation.public_warnings.services import composing, drafts, issuing
from tocsin.mobilisation.public_warnings.services.places import NewPlaces
from tocsin.mobilisation.public_warnings.services.signer import installation_signer
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 8, 0, tzinfo=timezone.get_fixed_timezone(480))


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def officer() -> User:
    return make_person("duty_officer", organisation="monitoring_centre")


@pytest.fixture
def leader() -> User:
    return make_person("shift_leader", organisation="monitoring_centre")


WHO_ISSUES = [
    ("yellow by its author", "draft", "yellow", True, True, IssueVerdict.YES),
    ("red by its author", "asked", "red", True, True, IssueVerdict.OWN),
    ("red by another", "asked", "red", False, True, IssueVerdict.YES),
    ("red by another, not handed over", "draft", "red", False, True, IssueVerdict.NOT_ASKED),
    ("without the right", "asked", "blue", False, False, IssueVerdict.NO_RIGHT),
    ("issued before", "issued", "blue", True, True, IssueVerdict.ENDED),
]


@pytest.mark.parametrize(
    ("state", "level", "author", "right", "verdict"), [row[1:] for row in WHO_ISSUES], ids=[r[0] for r in WHO_ISSUES]
)
def test_two_persons_for_the_upper_levels(state: str, level: str, author: bool, right: bool, verdict: IssueVerdict) -> None:
    two = needs_two(levels=[level], two_persons=("red", "orange"))
    found = judge_issue(state=state, two=two, is_author=author, may_issue=right)
    assert found is verdict


def test_a_red_warning_takes_two_persons_and_is_a_valid_signed_message(officer: User, leader: User) -> None:
    made = draft(officer, level="red")
    with pytest.raises(NotAllowed):
        issuing.issue_warning(actor=officer, warning_id=made.pk, now=NOW)
    with pytest.raises(Conflict, match="handed it over"):
        issuing.issue_warning(actor=leader, warning_id=made.pk, now=NOW)
    drafts.ask_for_issue(actor=officer, warning_id=made.pk, now=NOW)
    out = issuing.issue_warning(actor=leader, warning_id=made.pk, now=NOW)
    checked = check(bytes(out.cap or b""), trusted=installation_signer().certificates)
    assert checked.verdict is Verdict.VALID
    alert = checked.alert
    assert alert is not None
    assert (alert.identifier, alert.status, alert.sent) == (str(out.pk), Status.ACTUAL, NOW)
    assert [info.language for info in alert.infos] == ["zh-CN", "en"]
    chinese = alert.infos[0]
    assert (chinese.severity, [row.value for row in chinese.parameters]) == ("Extreme", ["warning level (预警级别)", "红色", "1"])
    assert chinese.areas[0].circles, "the circle that was drawn"
    assert chinese.expires == NOW + timedelta(hours=6)
    names = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert [name for name in names if name.startswith("public_warning")] == [
        "public_warning.drafted",
        "public_warning.asked",
        "public_warning.issued",
    ]


def test_the_leader_does_not_issue_an_orange_one_of_their_own(leader: User) -> None:
    made = draft(leader, level="orange")
    drafts.ask_for_issue(actor=leader, warning_id=made.pk, now=NOW)
    with pytest.raises(Conflict, match="another person"):
        issuing.issue_warning(actor=leader, warning_id=made.pk, now=NOW)


def test_one_person_with_the_right_issues_a_yellow_one(leader: User) -> None:
    assert issued(leader, NOW).state == WarningState.ISSUED


def test_what_the_second_person_read_is_what_is_issued(officer: User, leader: User) -> None:
    made = draft(officer, level="red")
    drafts.ask_for_issue(actor=officer, warning_id=made.pk, now=NOW)
    drafts.change_draft(actor=officer, warning_id=made.pk, new=new(level="red", headline_zh="别的"), now=NOW)
    with pytest.raises(Conflict, match="handed it over"):
        issuing.issue_warning(actor=leader, warning_id=made.pk, now=NOW)


def test_it_goes_back_with_a_reason(officer: User, leader: User) -> None:
    made = draft(officer, level="red")
    drafts.ask_for_issue(actor=officer, warning_id=made.pk, now=NOW)
    back = drafts.return_draft(actor=leader, warning_id=made.pk, reason="圈太小", now=NOW)
    assert (back.state, back.returned_reason) == ("draft", "圈太小")


def test_what_was_issued_is_frozen(leader: User) -> None:
    out = issued(leader, NOW)
    with pytest.raises(Conflict, match="frozen"):
        drafts.change_draft(actor=leader, warning_id=out.pk, new=new(), now=NOW)
    before = bytes(PublicWarning.objects.get(pk=out.pk).cap or b"")
    issuing.draft_update(actor=leader, warning_id=out.pk, now=NOW)
    assert bytes(PublicWarning.objects.get(pk=out.pk).cap or b"") == before


def test_an_update_and_the_all_clear_name_all_before_them(leader: User) -> None:
    first = issued(leader, NOW)
    later = NOW + timedelta(hours=1)
    update = issuing.draft_update(actor=leader, warning_id=first.pk, now=later)
    assert issuing.draft_update(actor=leader, warning_id=first.pk, now=later).pk == update.pk, "the draft that is there"
    issuing.issue_warning(actor=leader, warning_id=update.pk, now=later)
    first.refresh_from_db()
    assert first.state == WarningState.REPLACED
    clear = issuing.cancel_warning(actor=leader, warning_id=update.pk, reason="阀门已关闭", now=later + timedelta(minutes=5))
    told = read_message(bytes(clear.cap or b""))
    assert (told.msg_type, [one.identifier for one in told.references]) == (MsgType.CANCEL, [str(first.pk), str(update.pk)])
    assert told.infos[0].headline.startswith("解除")
    update.refresh_from_db()
    assert update.state == WarningState.CANCELLED
    with pytest.raises(Conflict, match="holds"):
        issuing.cancel_warning(actor=leader, warning_id=update.pk, reason="again", now=later)


def test_a_red_one_is_changed_and_cancelled_by_two(officer: User, leader: User) -> None:
    made = draft(officer, level="red")
    drafts.ask_for_issue(actor=officer, warning_id=made.pk, now=NOW)
    issuing.issue_warning(actor=leader, warning_id=made.pk, now=NOW)
    milder = issuing.draft_update(actor=leader, warning_id=made.pk, now=NOW)
    drafts.change_draft(actor=leader, warning_id=milder.pk, new=new(level="yellow"), now=NOW)
    with pytest.raises(Conflict, match="another person"):
        issuing.issue_warning(actor=leader, warning_id=milder.pk, now=NOW)
    clear = issuing.cancel_warning(actor=officer, warning_id=made.pk, reason="阀门已关闭", now=NOW)
    assert (clear.state, clear.cap) == (WarningState.ASKED, None)
    assert issuing.cancel_warning(actor=officer, warning_id=made.pk, reason="again", now=NOW).pk == clear.pk, "the one that waits"
    with pytest.raises(NotAllowed):
        issuing.issue_warning(actor=officer, warning_id=clear.pk, now=NOW)
    issuing.issue_warning(actor=leader, warning_id=clear.pk, now=NOW)
    states = dict(PublicWarning.objects.values_list("pk", "state"))
    assert (states[made.pk], states[milder.pk]) == (WarningState.CANCELLED, WarningState.DROPPED)


def test_policy_may_leave_the_all_clear_of_a_red_one_to_one_person(
    officer: User, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = draft(officer, level="red")
    drafts.ask_for_issue(actor=officer, warning_id=made.pk, now=NOW)
    issuing.issue_warning(actor=leader, warning_id=made.pk, now=NOW)
    changed = msgspec.structs.replace(warning_policy(LICANG), all_clear_by_two=())
    monkeypatch.setattr(queries, "warning_policy", lambda _region: changed)
    with pytest.raises(NotAllowed):
        issuing.cancel_warning(actor=officer, warning_id=made.pk, reason="阀门已关闭", now=NOW)
    assert issuing.cancel_warning(actor=leader, warning_id=made.pk, reason="阀门已关闭", now=NOW).state == WarningState.ISSUED


def test_what_was_changed_and_handed_over_again_behind_the_reader_is_not_signed(officer: User, leader: User) -> None:
    made = draft(officer, level="red")
    read = queries.seen_hash(drafts.ask_for_issue(actor=officer, warning_id=made.pk, now=NOW))
    drafts.change_draft(actor=officer, warning_id=made.pk, new=new(level="red", headline_zh="别的"), now=NOW)
    again = drafts.ask_for_issue(actor=officer, warning_id=made.pk, now=NOW)
    with pytest.raises(Conflict, match="since you read it"):
        issuing.issue_warning(actor=leader, warning_id=made.pk, seen=read, now=NOW)
    issuing.issue_warning(actor=leader, warning_id=made.pk, seen=queries.seen_hash(again), now=NOW)


def test_nobody_waits_for_the_database_while_it_is_signed_and_what_changed_meanwhile_is_not_issued(
    officer: User, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = draft(officer, level="red")
    drafts.ask_for_issue(actor=officer, warning_id=made.pk, now=NOW)
    within = len(connection.savepoint_ids)

    def changed_meanwhile(alert: Alert, signer: Signer) -> bytes:
        assert len(connection.savepoint_ids) == within, "no transaction is open"
        drafts.change_draft(actor=officer, warning_id=made.pk, new=new(level="red", headline_zh="别的"), now=NOW)
        drafts.ask_for_issue(actor=officer, warning_id=made.pk, now=NOW)
        return sign(alert, signer)

    with monkeypatch.context() as patched:
        patched.setattr(composing, "sign", changed_meanwhile)
        with pytest.raises(Conflict, match="since you read it"):
            issuing.issue_warning(actor=leader, warning_id=made.pk, now=NOW)
    made.refresh_from_db()
    assert (made.state, made.cap, made.texts["zh"]["headline"]) == (WarningState.ASKED, None, "别的")
    out = issuing.issue_warning(actor=leader, warning_id=made.pk, now=NOW)
    assert read_message(bytes(out.cap or b"")).infos[0].headline == "别的"


def test_a_warning_ends_by_the_clock(leader: User) -> None:
    out = issued(leader, NOW)
    assert issuing.expire_warnings(now=NOW + timedelta(hours=5, minutes=10)) == 1, "its author is reminded"
    assert issuing.expire_warnings(now=NOW + timedelta(hours=5, minutes=20)) == 0
    assert issuing.expire_warnings(now=NOW + timedelta(hours=6)) == 1
    out.refresh_from_db()
    assert out.state == WarningState.EXPIRED


def test_a_language_that_lacks_is_named_and_chinese_may_not_lack(leader: User) -> None:
    out = issued(leader, NOW, measures_en="")
    told = read_message(bytes(out.cap or b""))
    assert [info.language for info in told.infos] == ["zh-CN"]
    assert "English" in told.note
    made = draft(leader, measures_zh=" ")
    with pytest.raises(InvalidInput, match="Chinese lacks: measures"):
        issuing.issue_warning(actor=leader, warning_id=made.pk, now=NOW)


TIMES = [
    ("over", {"expires_at": NOW - timedelta(minutes=1)}, "over before"),
    ("before its beginning", {"onset_at": NOW + timedelta(hours=8)}, "before it begins"),
    ("too long", {"expires_at": NOW + timedelta(hours=100)}, "at most 72 hours"),
    ("a forecast", {"onset_at": NOW + timedelta(hours=90), "expires_at": NOW + timedelta(hours=99)}, "forecast"),
    ("nowhere", {"places": NewPlaces()}, "where the warning holds"),
    ("next door", {"places": NewPlaces(units=["370602"])}, "outside of the region"),
    ("of no kind", {"kind": "dragons"}, "no kind of warning"),
]


@pytest.mark.parametrize(("changed", "why"), [row[1:] for row in TIMES], ids=[row[0] for row in TIMES])
def test_what_makes_no_sense_is_refused_at_the_draft(leader: User, changed: dict[str, object], why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        drafts.draft_warning(actor=leader, new=replace(new(), **changed), now=NOW)  # type: ignore[arg-type]


def test_no_border_is_crossed(leader: User) -> None:
    out = issued(leader, NOW)
    stranger = make_person("shift_leader", YANTAI)
    with pytest.raises(PublicWarning.DoesNotExist):
        issuing.cancel_warning(actor=stranger, warning_id=out.pk, reason="x", now=NOW)
    with pytest.raises(NotAllowed):
        drafts.draft_warning(actor=stranger, new=new(), now=NOW)


def test_an_exercise_is_signed_as_one_and_never_leaves(leader: User) -> None:
    out = issued(leader, NOW, exercise=True)
    assert read_message(bytes(out.cap or b"")).status is Status.EXERCISE
    public = Client()
    assert [public.get(f"/w/{out.pk}{end}").status_code for end in ("/", ".xml", "/area.geojson")] == [404] * 3
    assert str(out.pk) not in public.get("/w/").content.decode()
    assert str(out.pk) not in public.get("/w/feed.atom").content.decode()
    update = issuing.draft_update(actor=leader, warning_id=out.pk, now=NOW)
    with translation.override("en"), pytest.raises(InvalidInput, match="followed by an exercise"):
        drafts.change_draft(actor=leader, warning_id=update.pk, new=new(), now=NOW)


def test_everybody_reads_what_is_out_byte_by_byte(leader: User) -> None:
    waits = draft(leader)
    out = issued(leader, timezone.now(), expires_at=timezone.now() + timedelta(hours=2))
    public = Client(headers={"accept-language": "zh-hans"})
    assert public.get(f"/w/{waits.pk}/").status_code == 404, "a draft is nobody's business"
    page = public.get("/w/").content.decode()
    assert "石牛山路燃气泄漏" in page
    assert public.get(f"/w/{out.pk}.xml").content == bytes(out.cap or b"")
    assert f"/w/{out.pk}.xml" in public.get("/w/feed.atom").content.decode()
    [area] = public.get("/w/areas.geojson").json()["features"]
    assert area["properties"]["shape"] == "yellow"
    assert b"BEGIN CERTIFICATE" in public.get("/w/certificate.pem").content
    assert public.get(f"/w/{out.pk}/").status_code == 200


def test_a_draft_offers_towns_by_name_and_the_map_of_its_county(officer: User) -> None:
    client, towns = signed_in(officer), towns_within([LICANG])
    first = min(towns)
    page = client.get(f"/warnings/new/?kind={KIND}&level=yellow&region={LICANG}").content.decode()
    with translation.override("en"):
        assert all(town_name(name) in page for name in towns.values()), "every town by name"
    assert f'data-bounds="{map_bounds(LICANG)}"' in page and 'name="towns"' not in page
    assert "selected" not in page.split('id="w-units"')[1].split("</select>")[0], "a county would be warned beside what is drawn"
    texts = {f"{field}_zh": "字" for field in ("headline", "caution", "measures", "area")}
    until = (timezone.localtime() + timedelta(hours=3)).isoformat()
    filled = {"region_code": LICANG, "kind": KIND, "level": "yellow", "expires_at": until, "units": [first], **texts}
    made = client.post("/warnings/new/", filled)
    again = client.get(f"{made['Location']}edit/").content.decode()
    assert re.findall(r'<option value="(\d{6,9})" selected', again.split('id="w-units"')[1]) == [first]


def test_pages_for_those_who_work_with_them(officer: User, leader: User) -> None:
    client = signed_in(officer)
    form = client.get(f"/warnings/new/?kind={KIND}&level=red&region={LICANG}").content.decode()
    assert "Leave the area on foot at once" in form, "sentences of policy"
    filled = {
        "region_code": LICANG,
        "kind": KIND,
        "level": "red",
        "expires_at": (timezone.localtime() + timedelta(hours=3)).isoformat(),
        "lat": SPOT[0],
        "lon": SPOT[1],
        "radius_m": "800",
        **{f"{field}_zh": "字" for field in ("headline", "caution", "measures", "area")},
    }
    refused = client.post("/warnings/new/", {**filled, "radius_m": "", "lat": ""})
    assert (refused.status_code, "where the warning holds" in refused.content.decode()) == (400, True)
    assert "字" in refused.content.decode(), "what was typed stays"
    made = client.post("/warnings/new/", filled)
    page = made["Location"]
    assert client.get(f"{page}edit/").status_code == 200
    client.post(f"{page}ask/")
    other = signed_in(leader)
    assert "Public warning: issue as the second person" in other.get("/waiting/").content.decode()
    assert "in force" in other.post(f"{page}issue/", follow=True).content.decode()
    update = other.post(f"{page}update/")
    assert update["Location"].endswith("/edit/")
    assert other.get(update["Location"]).status_code == 200
    waits = other.post(f"{page}cancel/", {"reason": "valve closed"}, follow=True).content.decode()
    assert "The all clear waits for the second person" in waits
    assert other.get("/warnings/?when=past&level=red").status_code == 200
