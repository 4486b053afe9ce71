"""Messages of other services: one verdict each, kept byte by byte, once; chains in whatever order; drills raise nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from lxml import etree

from tests.mobilisation.incoming_warnings.services import NOW, following, service, signed, take, with_info
from tests.mobilisation.public_warnings.messages import SENT, SQUARE, certificate, issued_signer, own_signer, rain
from tests.people import LICANG, QINGDAO, SHINAN, YANTAI, make_person
from tocsin.base.reasons import told
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.incoming_warnings.models import IncomingMessage, IncomingWarning, WarnedCounty, WarningService
from tocsin.mobilisation.incoming_warnings.queries.incoming import visible_incoming
from tocsin.mobilisation.incoming_warnings.rules.states import ChainVerdict, IncomingState, Link, judge_chain
from tocsin.mobilisation.incoming_warnings.services.chains import expire_incoming
from tocsin.mobilisation.public_warnings.rules.cap.message import Area, MsgType, Named, Severity, Status
from tocsin.mobilisation.public_warnings.rules.cap.signing import Signer, sign
from tocsin.mobilisation.public_warnings.rules.cap.writing import as_bytes, write_alert
from tocsin.notices.messages.models import Notice

pytestmark = pytest.mark.django_db
DS = "{http://www.w3.org/2000/09/xmldsig#}Signature"


@pytest.fixture
def keeper() -> User:
    make_person("duty_officer", organisation="monitoring_centre")
    return make_person("system_administrator")


@pytest.fixture
def weather(keeper: User) -> WarningService:
    return service(keeper)


def bomb(_data: bytes) -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE alert [<!ENTITY a0 "x">{entities}]><alert>&a9;</alert>'.encode()


def external(data: bytes) -> bytes:
    return b'<!DOCTYPE alert [<!ENTITY x SYSTEM "http://127.0.0.1/x">]>' + data.split(b"?>", 1)[-1]


def twice_signed(data: bytes) -> bytes:
    root = etree.fromstring(data)
    root.append(etree.fromstring(etree.tostring(root.find(DS))))
    return as_bytes(root)


def wrapped(data: bytes) -> bytes:
    root = etree.fromstring(data)
    other = write_alert(rain(identifier="forged"))
    other.append(root)
    return as_bytes(other)


def changed(data: bytes) -> bytes:
    return data.replace("橙色".encode(), "红色".encode())


def unsigned(_data: bytes) -> bytes:
    return as_bytes(write_alert(rain()))


def of_a_stranger(_data: bytes) -> bytes:
    return sign(rain(), issued_signer())


def of_an_old_certificate(_data: bytes) -> bytes:
    key = own_signer().key
    old = certificate("weather", key, begins=SENT - timedelta(days=60), ends=SENT - timedelta(days=1))
    return sign(rain(), Signer(key, (old,)))


def by_clock(days: int) -> Callable[[bytes], bytes]:
    def build(_data: bytes) -> bytes:
        sent = SENT + timedelta(days=days)
        key = own_signer().key
        wide = certificate("weather", key, begins=SENT - timedelta(days=900), ends=SENT + timedelta(days=900))
        info = replace(rain().infos[0], onset=None, expires=sent + timedelta(days=800))
        return sign(rain(sent=sent, infos=(info,)), Signer(key, (wide,)))

    return build


def nowhere(_data: bytes) -> bytes:
    return with_info(areas=(Area("海上", geocodes=(Named("SAME", "006037"),)),))


CROSSED = Area("x", polygons=("36,120 37,121 37,120 36,121 36,120",))
BAD = [
    ("an XML bomb", bomb, "unreadable"),
    ("external entities", external, "unreadable"),
    ("no XML at all", lambda _data: b"hello", "unreadable"),
    ("two signatures", twice_signed, "wrapped"),
    ("a message in a message", wrapped, "wrapped"),
    ("changed behind its signature", changed, "digest"),
    ("unsigned", unsigned, "unsigned"),
    ("signed by a stranger", of_a_stranger, "untrusted"),
    ("an old certificate", of_an_old_certificate, "expired"),
    ("a clock that is a year ahead", by_clock(365), "untrusted"),
    ("an area that is empty", nowhere, "no_place"),
    (
        "a ring that crosses itself",
        lambda _data: with_info(areas=(Area("x", polygons=("36,120 37,121 37,120 36,121 36,120",)),)),
        "nonsense",
    ),
]


@pytest.mark.parametrize(("change", "verdict"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_wrong_goes_into_quarantine_and_the_desk_is_told_once(
    weather: WarningService, change: Callable[[bytes], bytes], verdict: str
) -> None:
    data = change(signed())
    taken = take(weather, data)
    message = IncomingMessage.objects.get()
    assert (message.state, message.verdict) == ("quarantined", verdict)
    assert told(message.reason), "the reason is kept, for the reader's language"
    assert bytes(message.data) == data
    assert not IncomingWarning.objects.exists()
    assert take(weather, data).known
    assert take(weather, data + b" ").message.pk != taken.message.pk, "other bytes are another message"
    assert Notice.objects.filter(purpose="warning_service", instead_of=None).count() == 1, "told once for this reason"


CLOCKS = [("a year ahead", 365), ("a year ago", -365)]


@pytest.mark.parametrize("days", [row[1] for row in CLOCKS], ids=[row[0] for row in CLOCKS])
def test_a_clock_that_is_a_year_off_is_told_by_its_name(keeper: User, days: int) -> None:
    """Unsigned is taken here, so that only the clock decides."""
    loose = service(keeper, certificates="", takes_unsigned=True)
    sent = SENT + timedelta(days=days)
    info = replace(rain().infos[0], onset=None, expires=sent + timedelta(days=800))
    message = take(loose, as_bytes(write_alert(rain(sent=sent, infos=(info,))))).message
    assert (message.state, message.verdict) == ("quarantined", "clock")


def test_a_warning_is_read_placed_and_seen_where_it_holds(weather: WarningService) -> None:
    message = take(weather, signed()).message
    warning = IncomingWarning.objects.get()
    assert (message.state, message.verdict, message.warning_id) == ("taken", "valid", warning.pk)
    assert (warning.kind, warning.level, warning.region_code, warning.counties) == ("rain", "orange", LICANG, [LICANG])
    assert warning.texts["zh"]["headline"] == "暴雨橙色预警"
    assert warning.expires_at == SENT + timedelta(hours=12)
    assert visible_incoming(make_person("viewer", LICANG)).exists()
    assert not visible_incoming(make_person("viewer", YANTAI)).exists()


def test_unsigned_is_marked_where_it_is_tolerated(keeper: User) -> None:
    take(service(keeper, certificates="", takes_unsigned=True), as_bytes(write_alert(rain())))
    assert IncomingWarning.objects.get().unsigned


PLACES = [
    ("a circle", Area("x", circles=("36.16,120.42 2",)), {LICANG}),
    ("a code", Area("x", geocodes=(Named("GB/T 2260", LICANG),)), {LICANG}),
    ("a town's code", Area("x", geocodes=(Named("statistical code", "370213001"),)), {LICANG}),
    ("a town's code of twelve digits", Area("x", geocodes=(Named("统计用区划代码", "370213001000"),)), {LICANG}),
    ("a county's code of twelve digits", Area("x", geocodes=(Named("行政区划编码", "370213000000"),)), {LICANG}),
    ("a polygon and a code elsewhere", Area("x", polygons=(SQUARE,), geocodes=(Named("GB/T 2260", SHINAN),)), {LICANG, SHINAN}),
    ("a polygon and the code round it", Area("x", polygons=(SQUARE,), geocodes=(Named("GB/T 2260", LICANG),)), {LICANG}),
    ("the whole Earth", Area("x", polygons=("-89,-179 -89,179 89,179 89,-179 -89,-179",)), {LICANG, SHINAN}),
]


@pytest.mark.parametrize(("area", "counties"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES])
def test_areas_are_cut_to_where_the_service_may_speak(keeper: User, area: Area, counties: set[str]) -> None:
    keeper.grants.update(region_code=QINGDAO)
    take(service(keeper, region_code=QINGDAO, regions=[LICANG, SHINAN]), with_info(areas=(area,)))
    assert set(IncomingWarning.objects.get().counties) == counties
    assert set(WarnedCounty.objects.values_list("region_code", flat=True)) == counties


def test_a_polygon_of_many_thousand_corners_is_taken_with_fewer(weather: WarningService) -> None:
    south = " ".join(f"36.1{n % 2}{n:05d},{120.3 + n * 0.00002:.5f}" for n in range(5000))
    ring = f"36.2,120.3 {south} 36.2,120.40001 36.2,120.3"
    take(weather, with_info(areas=(Area("x", polygons=(ring,)),)))
    warning = IncomingWarning.objects.get()
    assert sum(len(ring) for part in [warning.shape["coordinates"]] for ring in part) < 2000


def test_what_holds_elsewhere_or_is_over_is_set_aside(weather: WarningService) -> None:
    """It is good, and nothing follows; nobody is told."""
    far = take(weather, with_info(areas=(Area("x", geocodes=(Named("GB/T 2260", "370602"),)),))).message
    over = take(weather, signed(identifier="over"), NOW + timedelta(hours=20)).message
    ack = take(weather, sign(following(MsgType.ACK, minutes=1), own_signer())).message
    assert {far.state, over.state, ack.state} == {"set_aside"}
    assert not IncomingWarning.objects.exists()
    assert not Notice.objects.exists()


def test_an_unknown_event_keeps_the_words_of_its_sender(weather: WarningService) -> None:
    take(weather, with_info(event="太空天气", parameters=(), headline="太空天气预警", severity=Severity.MINOR))
    warning = IncomingWarning.objects.get()
    assert (warning.kind, warning.event, warning.level) == ("other", "太空天气", "blue")


def at(minute: int) -> datetime:
    return datetime(2026, 1, 3, 12, minute, tzinfo=UTC)


def link(number: int, msg_type: str, minute: int, *refers_to: int, expires: datetime | None = None) -> Link:

    return Link(UUID(int=number), msg_type, at(minute), expires, frozenset(f"w {one}" for one in refers_to), f"w {number}")


FIRST, SECOND = link(1, "Alert", 0), link(2, "Update", 5, 1)
CHAINS = [
    ("an alert", [FIRST], "in_force", 1),
    ("updated", [FIRST, SECOND], "in_force", 2),
    (
        "updated twice, the second names the first alone",
        [FIRST, link(2, "Update", 5, 1), link(3, "Update", 6, 1)],
        "in_force",
        3,
    ),
    ("cancelled", [FIRST, link(2, "Cancel", 5, 1)], "cancelled", 1),
    (
        "the cancel names the update alone",
        [FIRST, link(2, "Update", 5, 1), link(3, "Cancel", 9, 2)],
        "cancelled",
        2,
    ),
    ("warned again after the cancel", [FIRST, link(2, "Cancel", 5, 1), link(3, "Update", 9, 1)], "in_force", 3),
    ("over", [link(1, "Alert", 0, expires=at(20))], "expired", 1),
    ("an update with a later end", [link(1, "Alert", 0, expires=at(20)), link(2, "Update", 5, 1, expires=at(59))], "in_force", 2),
]


@pytest.mark.parametrize(("links", "state", "newest"), [row[1:] for row in CHAINS], ids=[row[0] for row in CHAINS])
def test_how_a_chain_stands_does_not_hang_on_the_order(links: list[Link], state: str, newest: int) -> None:
    for order in permutations(links):
        verdict = judge_chain(order, at(30))
        assert isinstance(verdict, ChainVerdict)
        assert (verdict.state, verdict.newest.int if verdict.newest else None) == (IncomingState(state), newest)


def test_alert_update_and_cancel_are_one_warning_in_any_order(keeper: User) -> None:
    first = rain()
    grown = replace(first.infos[0], headline="暴雨红色预警", parameters=(Named("colour", "红色"),))
    update = following(MsgType.UPDATE, minutes=1, infos=(grown,))
    cancel = following(MsgType.CANCEL, minutes=2, infos=())
    for number, order in enumerate(permutations((first, update, cancel))):
        of = service(keeper, name=f"service {number}")
        for one in order:
            take(of, sign(one, own_signer()))
        warning = IncomingWarning.objects.get(service=of)
        assert (warning.state, warning.level) == ("cancelled", "red"), [one.msg_type for one in order]
        assert warning.messages.count() == 3


def test_a_cancel_that_comes_first_keeps_the_alert_from_ever_holding(weather: WarningService) -> None:
    take(weather, sign(following(MsgType.CANCEL, minutes=1, infos=()), own_signer()))
    assert not IncomingWarning.objects.exists()
    take(weather, signed())
    assert IncomingWarning.objects.get().state == "cancelled"


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
def test_a_drill_is_shown_as_one_and_touches_nothing_real(weather: WarningService, status: Status) -> None:
    take(weather, signed())
    take(weather, sign(following(MsgType.CANCEL, minutes=1, status=status, infos=()), own_signer()))
    take(weather, signed(identifier="drill", status=status))
    real, drill = IncomingWarning.objects.order_by("exercise")
    assert (real.state, drill.exercise) == ("in_force", True)


def test_another_service_cancels_nothing(keeper: User, weather: WarningService) -> None:
    take(weather, signed())
    other = service(keeper, name="other")
    take(other, sign(following(MsgType.CANCEL, minutes=1, infos=()), own_signer()))
    assert IncomingWarning.objects.get().state == "in_force"


def test_other_bytes_under_a_known_name_are_refused(weather: WarningService) -> None:
    take(weather, signed())
    message = take(weather, with_info(headline="暴雨红色预警")).message
    assert (message.state, message.verdict) == ("quarantined", "changed")
    assert IncomingWarning.objects.get().texts["zh"]["headline"] == "暴雨橙色预警"


def test_a_warning_ends_by_the_clock_also_where_it_names_no_end(weather: WarningService) -> None:
    take(weather, with_info(expires=None))
    begins = SENT + timedelta(hours=1)
    assert expire_incoming(now=begins + timedelta(hours=23)) == 0
    assert expire_incoming(now=begins + timedelta(hours=24)) == 1
    assert IncomingWarning.objects.get().state == "expired"
