"""Models of devices: entered by page, API and table; devices made as their model says, compared with it and brought in line."""

from dataclasses import replace
from typing import Any

import pytest

from tests.languages import english as english
from tests.people import LICANG, SHINAN, ZHIFU, make_person, signed_in
from tests.records.imports.files import given, judged_now, taken
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.time import datetime_from_ms
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.records.audit.models import AuditEntry
from tocsin.records.imports.rules import ImportVerdict
from tocsin.sensing.devices.models import Device, DeviceModel, Sensor
from tocsin.sensing.devices.queries.models import visible_models
from tocsin.sensing.devices.queries.registry import sensor_table
from tocsin.sensing.devices.rules import ModelChannel, ModelSheet, NewDevice, NewSensor, PowerSource, SpokenProtocol, check_sheet
from tocsin.sensing.devices.services import registering
from tocsin.sensing.makes.rules.differences import Fitted, changed_settings, changes, differences
from tocsin.sensing.makes.rules.tables import read_models
from tocsin.sensing.makes.services.fitting import bring_device_in_line, bring_in_line, set_model
from tocsin.sensing.makes.services.models import change_model, enter_model, import_models, withdraw_model
from tocsin.sensing.onboarding.services.enrolment import Asked, NewKey, enrol_device, make_key
from tocsin.sensing.trust.services import record_calibration
from tocsin.warning.detection.queries.registry import registry_of

pytestmark = pytest.mark.django_db

AT = datetime_from_ms(1_764_000_000_000)
CITY = "370200"
METHANE = ModelChannel(
    channel="ch4",
    quantity="methane",
    unit="pct_vol",
    range_low=0.0,
    range_high=100.0,
    interval_s=300.0,
    silence_s=1500.0,
    calibration_months=6,
    alarm_high=25.0,
)
SHEET = ModelSheet(
    maker="海威",
    model="GT-200",
    protocol=SpokenProtocol.MQTT,
    power=PowerSource.BATTERY,
    battery_low_pct=20.0,
    channels=(METHANE, ModelChannel(channel="temp", quantity="temperature", interval_s=300.0)),
)


@pytest.fixture(autouse=True)
def _english(english: None) -> None:
    ensure_regions()


@pytest.fixture
def engineer() -> User:
    return make_person("rule_engineer", CITY)


def entered(by: User, **fields: Any) -> DeviceModel:
    return enter_model(actor=by, region_code=CITY, sheet=replace(SHEET, **fields), now=AT)


def registered(by: User, model: DeviceModel, code: str = "W-1") -> Device:
    made, _secret = registering.register_device(
        actor=by, code=code, name="", region_code=LICANG, model_id=model.pk, lon=120.41, lat=36.15
    )
    return made


def fitted(**fields: Any) -> Fitted:
    told: dict[str, Any] = {
        **{"channel": "ch4", "quantity": "methane", "unit": "pct_vol", "resolution": 0.1, "interval_s": 300.0},
        **{"silence_s": 1500.0, "accuracy": None, "profile": "", "alarm_low": None, "alarm_high": 25.0},
    }
    return Fitted(**{**told, **fields})


DIFFERENCES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "as the model says": ({}, []),
    "another interval": ({"interval_s": 60.0}, [("setting", "interval_s")]),
    "a limit of its own where the model says another": ({"alarm_high": 20.0}, [("setting", "alarm_high")]),
    "a limit of its own where the model says nothing": ({"alarm_low": 1.0}, []),
    "a profile of its own where the model says nothing": ({"profile": "methane_well"}, []),
    "another unit": ({"unit": ""}, [("meaning", "unit")]),
    "another quantity": ({"quantity": "oxygen", "unit": ""}, [("meaning", "quantity")]),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_differences_of_a_sensor(name: str) -> None:
    fields, expected = DIFFERENCES[name]
    found = list(differences([METHANE], {"ch4": fitted(**fields)}))
    assert [(one.kind.value, one.field) for one in found] == expected
    settings = {one.field for one in found if one.is_mended}
    assert set(changed_settings(METHANE, fitted(**fields))) == settings


def test_missing_channels_are_registered_and_further_ones_stay() -> None:
    found = list(differences([METHANE], {"tilt": fitted(channel="tilt")}))
    assert [(one.kind.value, one.channel, one.is_mended) for one in found] == [("missing", "ch4", True), ("extra", "tilt", False)]


WRONG_SHEETS: dict[str, tuple[dict[str, Any], str]] = {
    "no maker": ({"maker": ""}, "maker"),
    "a battery of no sense": ({"battery_low_pct": 120.0}, "between 0 and 100"),
    "a channel twice": ({"channels": (METHANE, METHANE)}, "twice"),
    "half a range": ({"channels": (replace(METHANE, range_high=None),)}, "two ends"),
    "a range that ends before it begins": ({"channels": (replace(METHANE, range_low=200.0),)}, "before it begins"),
    "a limit outside the range": ({"channels": (replace(METHANE, alarm_high=120.0),)}, "outside what it can measure"),
    "a profile of no sense": ({"channels": (replace(METHANE, profile="x" * 61),)}, "at most 60"),
    "silent before its interval": ({"channels": (replace(METHANE, silence_s=60.0),)}, "interval at least"),
    "calibrated for ever": ({"channels": (replace(METHANE, calibration_months=999),)}, "months"),
    "an unknown quantity": ({"channels": (replace(METHANE, quantity="ether"),)}, "ether"),
    "a channel with a slash": ({"channels": (replace(METHANE, channel="a/b"),)}, "a/b"),
}


@pytest.mark.parametrize("name", WRONG_SHEETS)
def test_a_model_that_contradicts_itself_is_refused(name: str) -> None:
    fields, words = WRONG_SHEETS[name]
    with pytest.raises(InvalidInput, match=words):
        check_sheet(replace(SHEET, **fields))


def test_a_device_of_a_model_gets_its_channels_and_settings(engineer: User) -> None:
    model = entered(engineer)
    device = registered(engineer, model)
    assert device.model == model
    columns = ("channel", "quantity", "unit", "interval_s", "silence_s", "alarm_high", "lon", "region_code")
    assert list(Sensor.objects.order_by("index").values_list(*columns)) == [
        ("ch4", "methane", "pct_vol", 300.0, 1500.0, 25.0, 120.41, LICANG),
        ("temp", "temperature", "", 300.0, None, None, 120.41, LICANG),
    ]
    with pytest.raises(InvalidInput, match="Where is it"):
        registering.register_device(actor=engineer, code="W-2", name="", region_code=LICANG, model_id=model.pk)
    assert not Device.objects.filter(code="W-2").exists()


def test_its_silence_limit_is_what_the_detector_watches(engineer: User) -> None:
    registered(engineer, entered(engineer))
    registry = registry_of(sensor_table())
    allowed = []
    for index in range(2):
        silence = registry.profiles[registry.profile_of_sensor[index]].silence
        assert silence is not None
        allowed.append(silence.allowance_ms(int(registry.interval_ms[index])))
    assert allowed[0] == 1_500_000
    assert allowed[1] != 1_500_000


def test_its_calibration_holds_as_long_as_the_model_says(engineer: User) -> None:
    registered(engineer, entered(engineer))
    sensor = Sensor.objects.get(channel="ch4")
    day = AT.date().replace(day=1)
    done = record_calibration(actor=engineer, sensor_id=sensor.pk, day=day, due=None, now=AT)
    assert done.calibration_due is not None
    assert (done.calibration_due.year, done.calibration_due.month) == (2026, 5)


def test_a_changed_model_shows_who_differs_and_one_press_brings_them_in_line(engineer: User) -> None:
    model = entered(engineer)
    registered(engineer, model)
    other = make_person("rule_engineer", ZHIFU)
    channels = (replace(METHANE, interval_s=600.0), *SHEET.channels[1:], ModelChannel(channel="o2", quantity="oxygen"))
    changed = change_model(actor=engineer, model_id=model.pk, sheet=replace(SHEET, channels=channels), now=AT)
    assert changed.version == 2
    entry = AuditEntry.objects.get(action="device_model.changed")
    assert entry.details["changes"] == {"ch4.interval_s": [300.0, 600.0], "o2": [False, True]}
    with pytest.raises(DeviceModel.DoesNotExist):
        bring_in_line(actor=other, model_id=model.pk)
    done = bring_in_line(actor=engineer, model_id=model.pk)
    assert (done.devices, done.settings, done.channels, done.without_place, done.left) == (1, 1, 1, [], False)
    assert list(Sensor.objects.order_by("index").values_list("channel", "interval_s")) == [
        ("ch4", 600.0),
        ("temp", 300.0),
        ("o2", 60.0),
    ]
    edited = AuditEntry.objects.get(action="sensor.edited")
    assert (edited.details["version"], edited.details["interval_s"]) == (2, [300.0, 600.0])
    with pytest.raises(Conflict, match="differs"):
        bring_in_line(actor=engineer, model_id=model.pk)


def test_what_says_nothing_new_makes_no_version(engineer: User) -> None:
    model = entered(engineer)
    assert change_model(actor=engineer, model_id=model.pk, sheet=SHEET, now=AT).version == 1
    assert changes(SHEET, SHEET) == {}
    assert set(changes(SHEET, replace(SHEET, channels=tuple(reversed(SHEET.channels))))) == {"channels"}


def test_who_keeps_a_district_uses_the_city_s_models_and_changes_none(engineer: User) -> None:
    model = entered(engineer)
    keeper = make_person("rule_engineer", LICANG)
    assert list(visible_models(keeper)) == [model]
    assert not visible_models(make_person("rule_engineer", ZHIFU)).exists()
    registered(keeper, model)
    with pytest.raises(NotAllowed):
        change_model(actor=keeper, model_id=model.pk, sheet=replace(SHEET, power=PowerSource.MAINS), now=AT)
    with pytest.raises(NotAllowed):
        withdraw_model(actor=keeper, model_id=model.pk)


def test_bringing_in_line_leaves_devices_of_others_alone(engineer: User) -> None:
    model = entered(engineer)
    registered(engineer, model)
    registering.register_many(
        actor=system_actor(),
        devices=[NewDevice(code="S-1", region_code=SHINAN, model_id=model.pk)],
        sensors=[NewSensor(device_code="S-1", channel="ch4", quantity="methane", unit="pct_vol", lon=120.4, lat=36.1)],
    )
    Sensor.objects.filter(device__code="W-1", channel="ch4").update(interval_s=60.0)
    done = bring_in_line(actor=make_person("rule_engineer", LICANG), model_id=model.pk)
    assert (done.devices, done.settings) == (1, 1)
    assert Sensor.objects.get(device__code="S-1").interval_s == 60.0


def test_a_known_device_gets_a_model_and_then_its_channels(engineer: User) -> None:
    model = entered(engineer)
    device, _secret = registering.register_device(actor=engineer, code="W-1", name="", region_code=LICANG)
    with pytest.raises(Conflict, match="Nobody has said"):
        bring_device_in_line(actor=engineer, device_id=device.pk)
    set_model(actor=engineer, device_id=device.pk, model_id=model.pk)
    assert bring_device_in_line(actor=engineer, device_id=device.pk).without_place == ["W-1"]
    first = NewSensor(device_code="W-1", channel="temp", quantity="temperature", lon=120.4, lat=36.1)
    registering.register_sensor(actor=engineer, sensor=first)
    done = bring_device_in_line(actor=engineer, device_id=device.pk)
    assert (done.settings, done.channels) == (1, 1)
    assert Sensor.objects.get(channel="ch4").lat == 36.1


def test_a_model_in_use_stays_and_another_goes(engineer: User) -> None:
    model = entered(engineer)
    with pytest.raises(Conflict, match="entered already"):
        entered(engineer)
    spare = entered(engineer, model="GT-300")
    registered(engineer, model)
    with pytest.raises(Conflict, match="it stays"):
        withdraw_model(actor=engineer, model_id=model.pk)
    withdraw_model(actor=engineer, model_id=spare.pk)
    assert DeviceModel.objects.count() == 1


def test_a_key_for_enrolment_of_a_model(engineer: User) -> None:
    model = entered(engineer)
    new = NewKey(name="one", region_code=LICANG, most=2, days=7, model_id=model.pk)
    _made, text = make_key(actor=engineer, new=new, now=AT)
    done = enrol_device(asked=Asked(key=text, code="E-1", lon=120.4, lat=36.1), address="192.0.2.7", now=AT)
    assert done.channels == ["ch4", "temp"]
    assert Device.objects.get(code="E-1").model == model
    with pytest.raises(InvalidInput, match="not both"):
        make_key(actor=engineer, new=replace(new, like_code="E-1"), now=AT)


def test_a_row_of_a_device_table_with_a_model_stands_for_its_channels(engineer: User) -> None:
    model = entered(engineer)
    head, good = "设备编号,设备型号,区划代码,经度,纬度", "T-1,海威 GT-200,370213,120.4,36.1"
    text = "\n".join([head, good, "T-2,GT-200,370213,,", "T-3,GT-9,370213,120.4,36.1"])
    with pytest.raises(Conflict, match="wrong"):
        taken(given(engineer, "devices", text, region=LICANG, now=AT), AT)
    text = "\n".join([head, good])
    taken(given(engineer, "devices", text, region=LICANG, now=AT), AT)
    assert Device.objects.get(code="T-1").model == model
    assert list(Sensor.objects.order_by("index").values_list("channel", "lon")) == [("ch4", 120.4), ("temp", 120.4)]
    [again] = judged_now(given(engineer, "devices", text, region=LICANG, now=AT), AT)
    assert again.verdict is ImportVerdict.SAME


TABLE = """厂家,型号,供电方式,低电量阈值,通道,监测量,上报单位,上报间隔,备注
海威,GT-200,电池,20,ch4,甲烷,pct_vol,300,x
海威,GT-200,,,temp,温度,,300,
昆仑,KL-1,市电,,level,液位,cm,60,
"""


def test_models_from_a_table_all_or_none(engineer: User) -> None:
    done = import_models(actor=engineer, region_code=CITY, content=TABLE.encode(), now=AT)
    assert (done.new, done.changed, done.same, done.unread) == (2, 0, 0, ["备注"])
    changed = TABLE.replace("cm,60", "cm,120")
    assert import_models(actor=engineer, region_code=CITY, content=changed.encode(), now=AT).changed == 1
    wrong = changed.replace("液位", "以太").replace("temp,温度,,300", "temp,温度,,oft").replace("电池", "水")
    with pytest.raises(InvalidInput) as refused:
        import_models(actor=engineer, region_code=CITY, content=wrong.encode(), now=AT)
    told = str(refused.value)
    assert "line 3, 上报间隔: “oft” is no number" in told
    assert "line 4, 监测量" in told
    assert "line 2, 供电方式" in told
    assert DeviceModel.objects.get(model="KL-1").version == 2


def test_a_table_without_headings_and_one_that_contradicts_itself() -> None:
    with pytest.raises(InvalidInput, match="厂家"):
        read_models([["a", "b"]], {})
    read = read_models([["厂家", "型号", "供电方式"], ["A", "1", "mains"], ["A", "1", "battery"], ["", "2", ""]], {})
    assert [one.partition(":")[0] for one in read.problems] == ["line 3, 供电方式", "line 4, 厂家"]


def test_the_pages(engineer: User) -> None:
    client = signed_in(engineer)
    form = {"maker": "海威", "model": "GT-200", "protocol": "mqtt", "power": "battery", "battery_low_pct": "20"}
    form["region_code"] = CITY
    rows = {"channel": ["ch4", ""], "quantity": ["methane", "methane"], "unit": ["pct_vol", ""], "interval_s": ["300", ""]}
    refused = client.post("/sensing/device-models/enter/", {**form, **rows, "alarm_high": ["viel", ""]})
    assert refused.status_code == 400
    assert 'value="pct_vol"' in refused.text
    made = client.post("/sensing/device-models/enter/", {**form, **rows})
    model = DeviceModel.objects.get()
    assert made.headers["Location"] == f"/sensing/device-models/{model.pk}/"
    place = {"code": "W-1", "name": "", "region_code": LICANG, "model": str(model.pk), "lon": "120.4", "lat": "36.1"}
    assert client.post("/sensing/devices/register/", place).status_code == 200
    device = Device.objects.get()
    changed = client.post(f"/sensing/device-models/{model.pk}/change/", {**form, **rows, "interval_s": ["600", ""]}, follow=True)
    assert "Version 2 is kept" in changed.text
    assert "300.0, the model says" in " ".join(changed.text.split())
    assert "Bring it in line" in client.get(f"/sensing/devices/{device.pk}/").text
    done = client.post(f"/sensing/device-models/{model.pk}/bring-in-line/", follow=True)
    assert "1 device was brought in line" in done.text
    assert "All devices of this model are as it says." in done.text
    listed = client.get("/sensing/devices/", {"model": str(model.pk)})
    assert "W-1" in listed.text
    table = client.get("/sensing/device-models/?format=csv").content
    assert import_models(actor=engineer, region_code=CITY, content=table, now=AT).same == 1


def test_the_api(engineer: User) -> None:
    client = signed_in(engineer)
    sheet = {"maker": "海威", "model": "GT-200", "power": "battery", "channels": [{"channel": "ch4", "quantity": "methane"}]}
    made = client.post("/api/v1/sensing/device-models", {**sheet, "region_code": CITY}, content_type="application/json")
    assert made.status_code == 201, made.text
    address = f"/api/v1/sensing/device-models/{made.json()['id']}"
    device = {"code": "W-1", "region_code": LICANG, "model_id": made.json()["id"], "lon": 120.4, "lat": 36.1}
    registered = client.post("/api/v1/sensing/devices", device, content_type="application/json").json()["device"]
    assert registered["model"] == "海威 GT-200"
    sheet["channels"] = [{"channel": "ch4", "quantity": "methane", "interval_s": 30}]
    assert client.put(address, sheet, content_type="application/json").json()["version"] == 2
    (one,) = client.get(f"{address}/differences").json()
    assert (one["code"], one["differences"][0]["says"]) == ("W-1", 30.0)
    assert client.post(f"{address}/bring-in-line").json()["settings"] == 1
    assert client.get(f"{address}/differences").json() == []
    assert client.delete(address).status_code == 409
