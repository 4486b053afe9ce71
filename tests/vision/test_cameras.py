"""The register of cameras: codes of GB/T 28181 part by part, zones, tables, borders of what is named."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, ZHIFU, make_person, signed_in
from tests.records.imports.files import given, judged_now, taken
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.records.imports.services.taking import undo_file
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.policy import code_rule, kinds
from tocsin.vision.cameras.rules.codes import read_code, stands_in
from tocsin.vision.cameras.rules.zones import Zone, read_zones, zones_text
from tocsin.vision.cameras.services.register import CameraFacts, change_camera, register_camera, set_active, set_zones
from tocsin.vision.cameras.services.tables import KIND

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
CODE = "37021300421310000017"
HEAD = "国标编码,名称,区划代码,安装位置,经度,纬度,方位角,监管对象,权属单位\n"
SQUARE = ((0.1, 0.1), (0.5, 0.1), (0.5, 0.6), (0.1, 0.6))


def registered(by: User, code: str = CODE, **facts: object) -> Camera:
    told = {"name": "罐区东侧", "region_code": LICANG, **facts}
    return register_camera(actor=by, code=code, facts=CameraFacts(**told), now=NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("370213 00 42 131 0 000017", ""),
        ("3702130042-1320-000017", ""),
        ("3702130042131000001", "19 digits"),
        ("370213004213100000177", "21 digits"),
        ("3702130042131000001x", "no code"),
        ("３７０２１３００４２１３１００００１７", "no code"),
        ("16021300421310000017", "digits 1 and 2 are 16"),
        ("37001300421310000017", "digits 3 to 6 are 0013"),
        ("37021300201310000017", "digits 9 and 10 (industry) are 20"),
        ("37021300422000000017", "digits 11 to 13 (type) are 200"),
        ("37021300421319000017", "digit"),
        ("37021300421310000000", "digits 15 to 20 are 000000"),
    ],
)
def test_each_part_of_a_code_has_its_rule(text: str, why: str) -> None:
    rule = code_rule()
    if not why:
        assert len(read_code(text, rule)) == 20
        return
    with pytest.raises(InvalidInput) as refused:
        read_code(text, rule)
    assert why in refused.value.in_english


@pytest.mark.parametrize(
    ("code", "region", "stands"),
    [
        (CODE, LICANG, True),
        (f"370200{CODE[6:]}", LICANG, True),
        (f"370000{CODE[6:]}", LICANG, True),
        (CODE, "370200", True),
        (f"370602{CODE[6:]}", LICANG, False),
        (f"371000{CODE[6:]}", LICANG, False),
    ],
)
def test_a_camera_stands_where_its_code_says(code: str, region: str, stands: bool) -> None:
    assert stands_in(code, region) is stands


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("门：0.1,0.1 0.5，0.1 0.5,0.6 ｜ smoking", ""),
        ("", ""),
        ("0.1,0.1 0.5,0.1", "line 1: a zone is written as"),
        ("\nDoor: 0.1,0.1 0.5,0.1", "line 2: zone Door has 2 corners"),
        ("Door: 0.1,0.1 0.5,0.1 1.5,1", "lies outside of the picture"),
        ("Door: 0,0 1,1 1,0 0,1", "crosses itself"),
        ("Door: 0,0 0.01,0 0,0.01", "smaller than"),
        ("Door: 0,0 a,0 0,0.1", "a corner is two numbers"),
        ("Door: 0,0 nan,0 0,0.1", "lies outside"),
        ("Door: 0,0 1,0 1,1 | dragons", "“dragons” is no kind"),
        ("Door: 0,0 1,0 1,1\nDoor: 0,0 1,0 1,1", "two zones are called Door"),
        ("\n".join(f"z{one}: 0,0 1,0 1,1" for one in range(21)), "more than 20 zones"),
    ],
)
def test_zones_are_read_or_refused_by_line(text: str, why: str) -> None:
    if not why:
        zones = read_zones(text, kinds())
        assert read_zones(zones_text(zones), kinds()) == zones
        return
    with pytest.raises(InvalidInput) as refused:
        read_zones(text, kinds())
    assert why in refused.value.in_english


@pytest.mark.django_db
class TestRegister:
    def test_registered_changed_taken_out_and_audited(self) -> None:
        by = make_person("supervisor")
        made = registered(by, lon=120.43, lat=36.16, bearing_deg=270.0)
        change_camera(actor=by, camera_id=made.pk, facts=CameraFacts(name="罐区西侧", region_code=LICANG))
        set_zones(actor=by, camera_id=made.pk, zones=[Zone("门", SQUARE, ("smoking",))])
        set_active(actor=by, camera_id=made.pk, active=False)
        made.refresh_from_db()
        assert (made.name, made.lon, made.active) == ("罐区西侧", None, False)
        assert made.own_zones() == (Zone("门", SQUARE, ("smoking",)),)
        acts = list(AuditEntry.objects.filter(object_id=str(made.pk)).order_by("id").values_list("action", flat=True))
        assert acts == ["camera.registered", "camera.changed", "camera.zones_set", "camera.taken_out"]
        with pytest.raises(Conflict):
            set_active(actor=by, camera_id=made.pk, active=False)

    @pytest.mark.parametrize(
        ("facts", "why"),
        [
            ({"region_code": ZHIFU}, "reach"),
            ({"name": "  "}, "Give the camera a name"),
            ({"lon": 120.4}, "Give longitude and latitude"),
            ({"lon": 120.4, "lat": 96.0}, "does not lie between -90 and 90"),
            ({"bearing_deg": 361.0}, "does not lie between 0 and 360"),
        ],
    )
    def test_what_is_wrong_is_told(self, facts: dict[str, object], why: str, english: None) -> None:
        with pytest.raises((InvalidInput, NotAllowed)) as refused:
            registered(make_person("supervisor"), **facts)
        assert why == "reach" or why in str(refused.value)

    def test_who_knows_a_camera_elsewhere_is_not_told_its_name(self, english: None) -> None:
        registered(make_person("supervisor", "370200"), f"370200{CODE[6:]}", name="geheim", region_code="370202")
        with pytest.raises(Conflict) as refused:
            registered(make_person("supervisor"), f"370200{CODE[6:]}")
        assert "geheim" not in str(refused.value)

    def test_a_table_is_judged_by_row_with_every_error(self, english: None) -> None:
        by = make_person("supervisor")
        text = f"{HEAD}{CODE},东门,{LICANG},立杆,120.43,36.16,,,\n{CODE},东门,{LICANG},,,,,,\n"
        text += "123,西门,,,,,,,\n37021300421310000018,南门,999999,,东,36,400,没有,没有\n"
        made = given(by, KIND, text, region=LICANG, now=NOW)
        rows = judged_now(made, NOW)
        assert [[one.column for one in row.problems] for row in rows] == [
            [],
            ["code"],
            ["code"],
            ["lon", "firm", "owner", "region_code", "lon", "bearing_deg"],
        ]
        taken(made, NOW, leave_wrong=True)
        assert Camera.objects.get().place == "立杆"

    def test_a_table_again_changes_what_differs_and_is_undone(self, english: None) -> None:
        by = make_person("supervisor")
        first = given(by, KIND, f"{HEAD}{CODE},东门,{LICANG},立杆,120.43,36.16,90,,\n", region=LICANG, now=NOW)
        taken(first, NOW)
        second = given(by, KIND, f"{HEAD}{CODE},北门,,,,,180,,\n", region=LICANG, now=NOW, name="later.csv")
        [row] = judged_now(second, NOW)
        assert [tuple(one) for one in row.changes] == [("name", "东门", "北门"), ("bearing_deg", "90", "180")]
        taken(second, NOW + timedelta(minutes=1))
        assert (Camera.objects.get().name, Camera.objects.get().place) == ("北门", "立杆")
        with pytest.raises(Conflict, match=r"later\.csv"):
            undo_file(actor=by, import_id=first.pk, now=NOW)
        undo_file(actor=by, import_id=second.pk, now=NOW)
        camera = Camera.objects.get()
        assert (camera.name, camera.bearing_deg) == ("东门", 90)
        set_zones(actor=by, camera_id=camera.pk, zones=[Zone("门", SQUARE, ("smoking",))])
        with pytest.raises(Conflict, match="was changed since"):
            undo_file(actor=by, import_id=first.pk, now=NOW)
        set_zones(actor=by, camera_id=camera.pk, zones=[])
        undo_file(actor=by, import_id=first.pk, now=NOW)
        assert not Camera.objects.exists()

    def test_a_camera_elsewhere_is_not_told(self, english: None) -> None:
        registered(make_person("supervisor", "370200"), f"370200{CODE[6:]}", name="geheim", region_code="370202")
        text = f"{HEAD}370200{CODE[6:]},东门,,,,,,,\n37020200421310000018,东门,370202,,,,,,\n"
        rows = judged_now(given(make_person("supervisor"), KIND, text, region=LICANG, now=NOW), NOW)
        assert [[one.column for one in row.problems] for row in rows] == [["code"], ["region_code"]]
        assert not any("geheim" in one.text for row in rows for one in row.problems)

    def test_programs_send_rows(self, english: None) -> None:
        browser = signed_in(make_person("supervisor"))
        rows = [{"code": CODE, "name": "东门", "colour": "red"}, {"code": "12", "name": "x"}]
        address = "/api/v1/vision/cameras/rows"
        told = browser.post(address, {"rows": rows}, content_type="application/json").json()
        assert (told["new"], [one["position"] for one in told["wrong"]], Camera.objects.count()) == (0, [1], 0)
        told = browser.post(address, {"rows": rows, "leave_wrong": True}, content_type="application/json").json()
        assert (told["new"], Camera.objects.get().region_code) == (1, LICANG)
        assert browser.post(address, {"rows": rows[:1]}, content_type="application/json").json()["same"] == 1

    def test_pages_and_api(self, english: None) -> None:
        by = make_person("supervisor")
        browser = signed_in(by)
        moved = browser.get("/vision/cameras/table/")
        assert (moved.status_code, moved.headers["Location"]) == (301, "/imports/to/cameras/")
        form = {"code": CODE, "name": "东门", "region_code": LICANG, "bearing_deg": "90"}
        address = browser.post("/vision/cameras/register/", form)["Location"]
        browser.post(f"{address}zones/", {"zones": "门: 0,0 1,0 1,1"})
        words = " ".join(words_of(browser.get(address).content))
        assert CODE in words
        assert "门" in words
        told = browser.get("/api/v1/vision/cameras").json()
        assert (told["total"], told["items"][0]["zones"][0]["name"]) == (1, "门")
        made = browser.post(
            "/api/v1/vision/cameras",
            {"code": "1", "name": "x", "region_code": LICANG},
            content_type="application/json",
        )
        assert made.status_code == 400
        assert "20" in made.content.decode()
        assert signed_in(make_person("supervisor", ZHIFU)).get(address).status_code == 404
