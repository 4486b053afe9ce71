"""What could happen next and what to close, for `tocsin diagnose`: the few lines that matter, without a database."""

import dataclasses
from typing import TYPE_CHECKING, Any

from tocsin.engine.diagnosis.model import Diagnosis
from tocsin.warning.outlook.policy import HAZARDS
from tocsin.warning.outlook.queries import joined, look_ahead_in_files
from tocsin.workshop.files.cases import Case

if TYPE_CHECKING:
    from rich.console import Console

MOST_NAMED = 5


def outlook(case: Case, diagnosis: Diagnosis) -> dict[str, Any]:
    """`next`: of each kind of hazard the worst site; `close`: valves by cause; `cordon`: the zone advised, or None."""
    ahead = look_ahead_in_files(case.network, diagnosis, case.sensors, case.readings)
    hypotheses = [
        {name: value for name, value in dataclasses.asdict(one).items() if name in ("cause", "asset_code", "probability")}
        for one in diagnosis.hypotheses
    ]
    kinds: dict[str, dict[str, Any]] = {}
    for risk, kept in joined({**ahead, "hypotheses": hypotheses}, "case"):
        if kept["event"] in kinds:
            kinds[kept["event"]]["others"] += 1
        else:
            kinds[kept["event"]] = {
                "event": kept["event"],
                "asset_id": kept["asset_code"],
                "probability": round(risk.probability, 5),
                "likely_ts": kept["likely_ms"],
                "latest_ts": kept["latest_ms"],
                "people": kept["people"],
                "named": [f"{one['use']} {one['code']}" for one in kept["named"]],
                "others": 0,
            }
    close = [
        {
            "cause": one["cause"],
            "asset_id": one["asset_code"],
            "plans": [
                {
                    "valves": [valve["code"] for valve in plan["valves"]],
                    "houses": plan["houses"],
                    "people": plan["people"],
                    "named": [f"{site['use']} {site['code']}" for site in plan["named"]],
                }
                for plan in one["plans"]
            ],
        }
        for one in ahead["isolation"]
    ]
    return {"next": list(kinds.values())[: HAZARDS.current().most_shown], "close": close, "cordon": ahead["cordon"]}


def print_outlook(console: "Console", found: dict[str, Any], language: str) -> None:
    """The same as a few lines."""
    events = HAZARDS.current().events
    for one in found["next"]:
        what = events[one["event"]].in_language(language)
        others = f" (+{one['others']})" if one["others"] else ""
        console.print(f"next    {one['probability']:6.1%}  [bold]{what}[/bold] {one['asset_id']}{others}, {_people(one)}")
    for one in found["close"]:
        for plan in one["plans"]:
            console.print(f"close   [bold]{' '.join(plan['valves'])}[/bold] ({one['cause']}): {_people(plan)}", soft_wrap=True)
    if found["cordon"]:
        console.print(f"cordon  {found['cordon']['radius_m']:.0f} m, {_people({**found['cordon'], 'named': []})}")


def _people(zone: dict[str, Any]) -> str:
    named, more = zone["named"][:MOST_NAMED], len(zone["named"]) - MOST_NAMED
    words = [f"{zone['people']} people", *named, *([f"+{more}"] if more > 0 else [])]
    return ", ".join(words)
