"""Why something was set aside, told to each reader in their own language, and to the device in English."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import translation

from tests.people import make_person, signed_in
from tocsin.base.errors import InvalidInput
from tocsin.base.reasons import kept, told
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.rules import NewDevice
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.doors.rules.payload import Channels, Columns, read_payload
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.doors.services.traffic import record_traffic
from tocsin.sensing.quarantine.models import QuarantinedMessage
from tocsin.sensing.quarantine.services.asides import Aside

AT = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
NOW_MS = 1_795_831_200_000
TIMES = Times(now_ms=NOW_MS, earliest_ms=NOW_MS - 31 * 86_400_000, latest_ms=NOW_MS + 300_000)
CHANNELS = Channels({"methane": (0, None, ("methane", "")), "off": (-1, None, ("methane", ""))})


@pytest.mark.parametrize(
    ("payload", "english", "chinese"),
    [
        (b"", "the payload is empty", "消息内容为空"),
        (b'{"ts": 1, "values": {}}', "ts looks like seconds; send milliseconds", "ts 像是以秒计"),
        (b'{"values": {"wind": 1}}', "channel “wind” is not registered", "通道“wind”未登记"),
        (b'{"values": {"off": 1}}', "the sensor of channel “off” is disabled", "通道“off”的传感器已停用"),
        (
            b'[{"values": {"methane": "x"}}, 3]',
            "message 1: the value of “methane” must be a number",
            "第 1 条消息：“methane”的值必须是数字",
        ),
        (b'[{"n": "methane", "vs": "x"}]', "record 1: vs is no measured value", "第 1 条记录：vs 不是测量值"),
        (b'[{"n": "methane", "u": "m", "v": 1}]', "methane can't be read in “m”", "methane 不能以“m”读取"),
    ],
)
def test_a_reason_is_told_in_both_languages(payload: bytes, english: str, chinese: str) -> None:
    fault = read_payload(payload, CHANNELS, TIMES, Columns())[0]
    with translation.override("zh-hans"):
        assert fault.why.in_english.startswith(english), "whatever the door's own language is"
        assert told(kept(fault.why)).startswith(chinese)
    with translation.override("en"):
        assert told(kept(fault.why)).startswith(english)


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("en", "topic “a” is not"), ("zh-hans", "主题“a”不属于该设备")])
def test_the_page_tells_it_in_the_readers_language(language: str, words: str) -> None:
    ensure_regions()
    register_many(actor=system_actor(), devices=[NewDevice(code="well-1", region_code="370213")], sensors=[])
    why = InvalidInput("topic “%(topic)s” is not this device's own; publish on %(own)s", topic="a", own="tocsin/well-1/readings")
    record_traffic([], [Aside("well-1", "foreign_topic", "mqtt", why, "", 1, AT, AT)])
    browser = signed_in(make_person("rule_engineer"), language)
    assert words in browser.get("/sensing/quarantine/").content.decode()
    assert words in browser.get("/sensing/quarantine/?format=csv").content.decode()
    assert browser.get("/api/v1/sensing/quarantine").json()["items"][0]["detail"].startswith(words)


@pytest.mark.django_db
def test_what_was_written_by_a_version_before_stays_as_it_was() -> None:
    row = QuarantinedMessage(why={"text": "more than 5 % of them", "named": {}})
    assert row.detail == "more than 5 % of them" and QuarantinedMessage().detail == ""


def test_no_reason_is_a_sentence_with_figures_in_it() -> None:
    """Else it could be told in one language alone."""
    fault = read_payload(b'{"values": {"wind": 1}}', CHANNELS, TIMES, Columns())[0]
    assert re.search(r"%\(channel\)s", kept(fault.why)["text"]) and kept(fault.why)["named"] == {"channel": "wind"}
