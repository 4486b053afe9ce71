"""Hot work in the tank farm: applied for, tested, signed, begun; gas from a flange stops it, people gather, the work goes on.

Only people's acts stand here. That the work stops, that firm and supervisor are warned and who is missing follow from the
detector's readings and the positions that are sent.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from tocsin.base.geometry import LocalPlane
from tocsin.workshop.demo.memory import Login
from tocsin.workshop.demo.public.timeline import Act
from tocsin.workshop.demo.tank_farm.place import (
    DETECTORS,
    DEVICE,
    GATEWAY,
    LEAKING,
    PEOPLE,
    UNIT,
    firm_of_story,
    new_detectors,
    person,
    settle_people,
    unit_of_story,
)
from tocsin.workshop.demo.tank_farm.unloading import settle_unloading

if TYPE_CHECKING:
    from tocsin.hazchem.permits.models import WorkPermit
    from tocsin.hazchem.positions.rules.arriving import NewPosition
    from tocsin.hazchem.risk_warnings.models import RiskWarning

WORK: Final = "V-2101 防火堤外管廊支架补焊"
MUSTER_POINT: Final = "北门集合点"
GATHERING: Final = timedelta(minutes=208)  # people walk from then on
POSITIONS: Final = (timedelta(minutes=120), timedelta(minutes=300))  # while the shift is in the plant
_EVERY: Final = timedelta(minutes=2)
_TAGS: Final = (  # number, holder, account, metres east and north of the tanks at work; the last one stays
    ("T-01", "罐区工段长", "plant", 12.0, -6.0),
    ("T-02", "气体分析员", "plant_gas", 4.0, 10.0),
    ("T-03", "动火监护人", "plant_watch", 10.0, 6.0),
    ("T-04", "焊工 宋某", "", 11.0, 5.0),
    ("T-05", "外委起重 郑某", "", 20.0, -4.0),
    ("T-06", "巡检 韩某", "", -40.0, -30.0),
)
_STAYS: Final = "T-06"
_GATE_M: Final = 150.0  # the muster point lies so far north


def settle_tank_farm(region_code: str, now: datetime) -> tuple[dict[str, str], tuple[Login, ...]]:
    """The detectors with their secrets, the firm's people, and the site; `settle_plants` has made the unit."""
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.sensing.devices.services.registering import register_many

    plane = _plane()
    devices, sensors = new_detectors(region_code, plane.spot_in_degrees(0.0, 0.0))
    secrets = register_many(actor=system_actor(), devices=devices, sensors=sensors)
    people = settle_people(region_code)
    _settle_site(now)
    settle_unloading(now)
    return secrets, people


def _settle_site(now: datetime) -> None:
    """Points of the detectors, tags, the gateway, the plant's limit, the tank farm and the muster point."""
    from tocsin.hazchem.installations.rules.kinds import PointKind
    from tocsin.hazchem.installations.rules.sheets import PointSheet
    from tocsin.hazchem.installations.services import units
    from tocsin.hazchem.positions.rules.tags import GatewaySheet, TagKind, TagSheet
    from tocsin.hazchem.positions.services import register
    from tocsin.hazchem.zones.rules.zones import ZonePurpose, ZoneSheet, circle
    from tocsin.hazchem.zones.services.zones import enter_zone

    unit, officer = unit_of_story(), person("plant")
    tanks = {one.tag: one for one in unit.equipment.all()}
    for one in DETECTORS:
        point = PointSheet(tag=one.tag, kind=PointKind.GAS, sensor=f"{DEVICE}/{one.channel}")
        units.enter_point(actor=person("supervisor"), equipment_id=tanks[one.tank].pk, sheet=point)
    register.enter_gateway(
        actor=officer, object_id=unit.object_id, sheet=GatewaySheet(code=GATEWAY, name="罐区人员定位引擎（演示）")
    )
    for number, holder, account, _east, _north in _TAGS:
        kind = TagKind.CONTRACTOR if "外委" in holder else TagKind.STAFF
        sheet = TagSheet(
            number=number,
            kind=kind,
            holder=f"{holder}（演示）",
            employer="安澜起重（演示）" if kind is TagKind.CONTRACTOR else "",
            person_id=person(account).pk if account else None,
        )
        register.enter_tag(actor=officer, object_id=unit.object_id, sheet=sheet, now=now)
    plane = _plane()
    areas = (
        ("厂界", ZonePurpose.SITE, (0.0, 0.0), 220.0),
        ("溶剂罐区防火堤", ZonePurpose.ZONE, (0.0, 0.0), 30.0),
        (MUSTER_POINT, ZonePurpose.MUSTER, (0.0, _GATE_M), 20.0),
    )
    for name, purpose, spot, radius in areas:
        outline = circle(*plane.spot_in_degrees(*spot), radius)
        enter_zone(actor=officer, object_id=unit.object_id, sheet=ZoneSheet(name=name, purpose=purpose, outline=outline))


def acts_of_hot_work(begin: datetime) -> Iterator[Act]:
    """What the firm's people do, by the clock."""

    def at(minutes: float) -> datetime:
        return begin + timedelta(minutes=minutes)

    yield Act(at(130), _apply, f"{UNIT}: hot work is applied for")
    yield Act(at(140), lambda now: _sign("plant", now))
    yield Act(at(146), _test_gas)
    yield Act(at(147), lambda now: _sign("plant_gas", now))
    yield Act(at(150), _tick_measures)
    yield Act(at(151), lambda now: _sign("plant_watch", now))
    yield Act(at(155), lambda now: _sign("plant_lead", now), f"{UNIT}: the permit for hot work is approved")
    yield Act(at(160), _start, f"{UNIT}: the hot work begins")
    yield Act(at(185), _test_gas)
    yield Act(at(207), _begin_muster, f"{UNIT}: everybody leaves the tank farm for the muster point")
    yield Act(at(212), _confirm_warning, f"{UNIT}: the firm confirms the risk warning")
    yield Act(at(220), _tick_and_end, f"{UNIT}: whoever had not come was found; the muster ends")
    yield Act(at(236), _answer_warning, f"{UNIT}: the firm tells why it rang and what was done")
    yield Act(at(255), _test_gas)
    yield Act(at(256), lambda now: _sign("plant_gas", now))
    yield Act(at(258), lambda now: _sign("plant_lead", now))
    yield Act(at(262), _start, f"{UNIT}: with a new gas test and new signatures the hot work goes on")
    yield Act(at(270), _close_warning, f"{UNIT}: the supervisor has checked the answer")
    yield Act(at(295), _close, f"{UNIT}: the hot work is done, the place was looked over")
    moment = POSITIONS[0]
    while moment <= POSITIONS[1]:
        yield Act(begin + moment, lambda now: send_positions(begin, now), by_officer=False)
        moment += _EVERY


def send_positions(begin: datetime, now: datetime) -> None:
    """What the plant's engine sends: people at their work; from the alarm on all but one walk to the muster point."""
    from tocsin.hazchem.positions.services.intake import take_positions

    firm_officer = person("plant")
    take_positions(actor=firm_officer, gateway=GATEWAY, positions=list(_positions(begin, now)), now=now)


def _positions(begin: datetime, now: datetime) -> "Iterator[NewPosition]":
    from tocsin.hazchem.positions.rules.arriving import NewPosition

    plane = _plane()
    walked = min(1.0, max(0.0, (now - begin - GATHERING) / timedelta(minutes=4)))
    back = now - begin > timedelta(minutes=240)
    for number, _holder, _account, east, north in _TAGS:
        share = 0.0 if number == _STAYS or back else walked
        spot = east * (1 - share) + share * (east / 4), north * (1 - share) + share * (_GATE_M + north / 4)
        lon, lat = plane.spot_in_degrees(*spot)
        yield NewPosition(tag=number, at=now, lon=lon, lat=lat, accuracy_m=2.0, battery_percent=70.0)


def _plane() -> LocalPlane:
    unit = unit_of_story()
    if unit.lon is None or unit.lat is None:
        raise LookupError(f"the unit {UNIT} of the demonstration has no place")
    return LocalPlane(unit.lon, unit.lat)


def _permit() -> "WorkPermit":
    from tocsin.hazchem.permits.models import WorkPermit

    return WorkPermit.objects.filter(object=firm_of_story(), work=WORK).latest("created_at")


def _apply(now: datetime) -> None:
    from tocsin.hazchem.permits.rules.kinds import PermitKind
    from tocsin.hazchem.permits.rules.sheets import PermitSheet
    from tocsin.hazchem.permits.services.permits import apply_for_permit

    unit = unit_of_story()
    lon, lat = _plane().spot_in_degrees(LEAKING.east_m + 3, LEAKING.north_m)
    accounts = {post: account for account, _name, post in PEOPLE}
    sheet = PermitSheet(
        kind=PermitKind.HOT_WORK,
        work=WORK,
        place="溶剂罐区东侧管廊",
        begins_at=now + timedelta(minutes=20),
        ends_at=now + timedelta(hours=4),
        hazards="火花落入防火堤；甲苯管线密封点渗漏。",
        unit_id=unit.pk,
        lon=lon,
        lat=lat,
        explosive_area=True,
        lel_percent=1.1,
        analyst_id=person(accounts["analyst"]).pk,
        watcher_id=person(accounts["watcher"]).pk,
        approver_id=person(accounts["approver"]).pk,
    )
    apply_for_permit(actor=person("plant"), object_id=unit.object_id, sheet=sheet, now=now)


def _sign(account: str, now: datetime) -> None:
    from tocsin.hazchem.permits.services.permits import sign_permit

    sign_permit(actor=person(account), permit_id=_permit().pk, now=now)


def _test_gas(now: datetime) -> None:
    """By a portable instrument, at the fire."""
    from tocsin.hazchem.permits.rules.gas import GasFigures
    from tocsin.hazchem.permits.services.work import test_gas

    test_gas(
        actor=person("plant_gas"), permit_id=_permit().pk, figures=GasFigures(flammable_percent=0.01), place="动火点", now=now
    )


def _tick_measures(now: datetime) -> None:
    from tocsin.hazchem.permits.services.work import tick_measures

    done = ["briefed", "isolated", "cleaned", "combustibles_cleared", "cylinders_apart", "extinguishers"]
    tick_measures(actor=person("plant_watch"), permit_id=_permit().pk, done=done, without=[], now=now)


def _start(now: datetime) -> None:
    from tocsin.hazchem.permits.services.work import start_work

    start_work(actor=person("plant_watch"), permit_id=_permit().pk, now=now)


def _close(now: datetime) -> None:
    from tocsin.hazchem.permits.services.work import close_permit

    close_permit(actor=person("plant_watch"), permit_id=_permit().pk, now=now)


def _begin_muster(now: datetime) -> None:
    from tocsin.hazchem.musters.services.musters import begin_muster

    begin_muster(
        actor=person("plant"), object_id=firm_of_story().pk, drill=False, reason="罐区可燃气体报警，甲苯管线法兰泄漏", now=now
    )


def _tick_and_end(now: datetime) -> None:
    """Whoever is still missing is found on a round by hand; then it ends."""
    from tocsin.hazchem.musters.models import PlantMuster
    from tocsin.hazchem.musters.queries.musters import roll_of
    from tocsin.hazchem.musters.services.musters import end_muster, tick_person

    muster = PlantMuster.objects.get(object=firm_of_story(), ended_at=None)
    for one in roll_of(muster):
        if one.standing == "missing":
            tick_person(actor=person("plant"), muster_person_id=one.person.pk, where="二号泵房，已带出", now=now)
    end_muster(actor=person("plant"), muster_id=muster.pk, now=now)


def _warning() -> "RiskWarning":
    from tocsin.hazchem.risk_warnings.models import RiskWarning

    return RiskWarning.objects.filter(unit=unit_of_story(), closed_at=None).latest("opened_at")


def _confirm_warning(now: datetime) -> None:
    from tocsin.hazchem.risk_warnings.services.answering import confirm_warning

    confirm_warning(actor=person("plant"), warning_id=_warning().pk, now=now)


def _answer_warning(now: datetime) -> None:
    from tocsin.hazchem.risk_warnings.rules import RiskMeasure, RiskReason
    from tocsin.hazchem.risk_warnings.services.answering import answer_warning

    answer_warning(
        actor=person("plant"),
        warning_id=_warning().pk,
        reason=RiskReason.LEAK,
        measure=RiskMeasure.ISOLATED,
        text="出料管线 3 号法兰垫片老化渗漏，已关闭前后切断阀并更换垫片，吹扫后检测合格；动火作业已停止，人员清点无伤亡。",
        now=now,
    )


def _close_warning(now: datetime) -> None:
    from tocsin.hazchem.risk_warnings.services.answering import close_warning

    close_warning(actor=person("supervisor"), warning_id=_warning().pk, now=now)
