"""Tells in one line which cause Tocsin names for an alarm, as it happens: from the event log and the records."""

import asyncio
from collections.abc import Callable
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.base.geometry import distance_m
from tocsin.base.percent import told_percent
from tocsin.base.time import datetime_from_ms

NAMED = "warning.DiagnosisMade"


class Watch:
    """Says a line when the cause of an alarm is named, and again when it changes: once for all alarms of one sensor."""

    def __init__(self, say: Callable[[str], None], time_zone: str) -> None:
        self._say = say
        self._zone = ZoneInfo(time_zone)
        self._told: dict[str, str] = {}

    async def follow(self) -> None:
        """Reads the event log from now on until cancelled."""
        from tocsin.bus.connection import connect
        from tocsin.bus.envelope import decode_event

        async with await connect() as connection:
            async for batch in connection.read_log("EVENTS"):
                for _, payload in batch:
                    event = decode_event(payload)
                    if event.name == NAMED:
                        await asyncio.to_thread(self.tell, event.data["alarm_id"])

    def tell_known(self) -> None:
        """Says what was named before this start, for alarms that are still open."""
        from tocsin.jurisdiction.people.services.system import system_actor
        from tocsin.warning.alarms.queries.alarms import search_alarms

        for alarm in search_alarms(system_actor(), state="open"):
            if alarm.cause:
                self.tell(str(alarm.pk))

    def tell(self, alarm_id: str) -> None:
        """Says the newest diagnosis of one alarm, unless the same cause was said before."""
        from django.db import close_old_connections

        from tocsin.jurisdiction.people.services.system import system_actor
        from tocsin.warning.alarms.queries.alarms import alarms_by_id
        from tocsin.warning.diagnosis.queries.diagnoses import newest_diagnosis

        try:
            alarms = alarms_by_id([alarm_id])
            diagnosis = newest_diagnosis(system_actor(), alarms[0].pk) if alarms else None
            if diagnosis is None:
                return
            first = diagnosis.result["hypotheses"][0]
            place = str(alarms[0].sensor_id or alarms[0].asset_id)
            if self._told.get(place) != first["cause"]:
                self._told[place] = first["cause"]
                self._say(sentence(alarms[0], diagnosis.result, self._zone))
        finally:
            close_old_connections()


def sentence(alarm: Any, result: dict[str, Any], zone: tzinfo) -> str:
    """Time, place, measured value, cause, asset with its distance, probability, and the body to call: one line."""
    from tocsin.jurisdiction.bodies.queries import organisation_by_code

    first = result["hypotheses"][0]
    when = datetime_from_ms(result["ts_ms"]).astimezone(zone)
    place = alarm.sensor.name if alarm.sensor is not None else ""
    words = [f"{when:%m-%d %H:%M}  {place}, {alarm.quantity} {alarm.value:g}: cause {first['cause']}"]
    if first.get("asset_code"):
        away = distance_m(alarm.lon, alarm.lat, first["lon"], first["lat"])
        words.append(f"{first['asset_kind'].replace('_', ' ')} {first['asset_code']}, {away:.0f} m away")
    words.append(f"probability {told_percent(first['probability'])}%")
    if first.get("owner"):
        organisation = organisation_by_code(first["owner"], alarm.region_code)
        named = f"{organisation.name_en}, {organisation.telephone}" if organisation else ""
        words.append(f"call {first['owner']}" + (f" ({named.strip(', ')})" if named else ""))
    return "; ".join(words)
