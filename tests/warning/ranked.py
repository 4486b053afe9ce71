"""A ranked alarm without the engine: three causes and the checks that could be made, as a diagnosis keeps them."""

from typing import Any

from tests.warning.district import NOW, detection
from tocsin.base.levels import AlarmLevel
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.services import detections as services
from tocsin.warning.causes.policy.checks import shipped_checks
from tocsin.warning.diagnosis.models import Diagnosis

RANKING = (("gas_main_leak", 0.5, "gas_company"), ("heat_main_leak_biogas", 0.4, "heating_company"), ("unknown", 0.1, ""))


def ranked_alarm(ranking: tuple[tuple[str, float, str], ...] = RANKING, sensor: int = 0) -> Alarm:
    """An alarm with one diagnosis of these (cause, probability, owner)."""
    services.apply_detections(detections=[detection(level=AlarmLevel.ORANGE, sensor=sensor)], now=NOW)
    alarm = Alarm.objects.get(sensor__index=sensor)
    diagnose(alarm, ranking)
    return alarm


def diagnose(alarm: Alarm, ranking: tuple[tuple[str, float, str], ...] = RANKING) -> Diagnosis:
    """Keeps one more diagnosis."""
    result = {
        "ts_ms": 0,
        "asset_code": "",
        "quantity": alarm.quantity,
        "hypotheses": [hypothesis(*one) for one in ranking],
        "call": [{"owner": "drainage_bureau", "reason": "symptom", "cause": "", "probability": 1.0}],
        "checks": [placed(code) for code in shipped_checks().cards],
    }
    return Diagnosis.objects.create(alarm=alarm, at=alarm.raised_at, reason="raised", duration_ms=1, result=result)


def hypothesis(cause: str, probability: float, owner: str) -> dict[str, Any]:
    has_place = owner != ""
    return {
        "cause": cause,
        "asset_code": f"{cause}-1" if has_place else "",
        "asset_kind": "gas_main" if has_place else "",
        "lon": 120.4 if has_place else None,
        "lat": 36.2 if has_place else None,
        "owner": owner,
        "probability": probability,
        "log_weight": 0.0,
        "evidence": [],
        "way": [],
        "way_geometry": {"type": "GeometryCollection", "geometries": []},
        "travel_time_s": None,
        "onset_ms": None,
    }


def placed(check: str) -> dict[str, Any]:
    by_telephone = shipped_checks().cards[check].by_telephone
    where = None if by_telephone else 120.4
    return {
        "check": check,
        "asset_code": "" if by_telephone else "W1",
        "lon": where,
        "lat": None if by_telephone else 36.2,
        "metres": None if by_telephone else 0.0,
    }
