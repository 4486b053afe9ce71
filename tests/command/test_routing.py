"""Who is told, as tables: facts of a case in, recipients and their reasons out."""

import pytest

from tocsin.base.levels import AlarmLevel
from tocsin.command.routing.policy.routing import routing
from tocsin.command.routing.rules import LikelyCause, Novelty, RoutingFacts, Told, novelty, recipients_of

LEAK = LikelyCause("gas_main_leak", "gas_company", 0.5, "G1")
BIOGAS = LikelyCause("heat_main_leak_biogas", "heating_company", 0.3, "H1")
FAINT = LikelyCause("industrial_discharge", "water_company", 0.05)
NOBODYS = LikelyCause("unknown", "", 0.2)

ALWAYS = ["local_government"]
CASES = [
    (
        "red gas in a well of the drains: everybody",
        RoutingFacts(AlarmLevel.RED, "drainage_bureau", ("drainage",), "gas", True, (LEAK, BIOGAS, FAINT, NOBODYS)),
        [
            "symptom_owner drainage_bureau",
            "symptom_owner owner:gas",
            "likely_cause_owner gas_company gas_main_leak",
            "likely_cause_owner heating_company heat_main_leak_biogas",
            "industry_department department:drainage",
            "industry_department department:gas",
            "local_government government:",
            "city_duty government:",
            "fire_and_rescue rescue:",
            "traffic_police police:",
        ],
    ),
    (
        "orange gas in a well: no fire brigade yet",
        RoutingFacts(AlarmLevel.ORANGE, "", (), "gas", True, ()),
        [
            "symptom_owner owner:gas",
            "industry_department department:gas",
            "local_government government:",
            "city_duty government:",
        ],
    ),
    (
        "red gas in the open: no fire brigade by this rule",
        RoutingFacts(AlarmLevel.RED, "", (), "gas", False, ()),
        [
            "symptom_owner owner:gas",
            "industry_department department:gas",
            "local_government government:",
            "city_duty government:",
        ],
    ),
    (
        "yellow level in a drain: owner, department, government",
        RoutingFacts(AlarmLevel.YELLOW, "drainage_bureau", ("drainage",), "", True, ()),
        ["symptom_owner drainage_bureau", "industry_department department:drainage", "local_government government:"],
    ),
    (
        "red gas in a well, told by telephone: its owner by what was said",
        RoutingFacts(AlarmLevel.RED, concerns="gas", closed_space=True),
        [
            "symptom_owner owner:gas",
            "industry_department department:gas",
            "local_government government:",
            "city_duty government:",
            "fire_and_rescue rescue:",
            "traffic_police police:",
        ],
    ),
    (
        "nothing is known: the local government keeps it",
        RoutingFacts(AlarmLevel.YELLOW),
        ["local_government government:"],
    ),
    (
        "one owner of two causes is told once, of both",
        RoutingFacts(AlarmLevel.YELLOW, causes=(LEAK, LikelyCause("gas_service_leak", "gas_company", 0.2))),
        ["likely_cause_owner gas_company gas_main_leak+gas_service_leak", "local_government government:"],
    ),
    (
        "a case of a trade: the department of the trade, no owner of a lifeline",
        RoutingFacts(AlarmLevel.YELLOW, trade="fireworks"),
        ["industry_department department:", "local_government government:"],
    ),
    (
        "a case of a firm: the body that supervises it",
        RoutingFacts(AlarmLevel.YELLOW, trade="fireworks", competent="emergency_bureau"),
        ["industry_department emergency_bureau", "local_government government:"],
    ),
]


@pytest.mark.parametrize(("facts", "expected"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_who_is_told(facts: RoutingFacts, expected: list[str]) -> None:
    found = [
        " ".join(filter(None, (one.why, one.code or f"{one.kind}:{one.lifeline}", "+".join(cause.cause for cause in one.causes))))
        for one in recipients_of(facts, routing())
    ]
    assert found == expected


KNOWS = Told(AlarmLevel.ORANGE, frozenset(["gas_main_leak"]), ever=True)
NEWS = [
    ("never told", Told(), AlarmLevel.BLUE, [], Novelty.FIRST),
    ("knows it all", KNOWS, AlarmLevel.ORANGE, ["gas_main_leak"], None),
    ("the level fell", KNOWS, AlarmLevel.YELLOW, ["gas_main_leak"], None),
    ("the level rose", KNOWS, AlarmLevel.RED, ["gas_main_leak"], Novelty.RAISED),
    ("another cause is theirs", KNOWS, AlarmLevel.ORANGE, ["gas_service_leak"], Novelty.CAUSE),
    ("their cause is out of the list", KNOWS, AlarmLevel.ORANGE, [], None),
]


@pytest.mark.parametrize(("told", "level", "causes", "expected"), [row[1:] for row in NEWS], ids=[row[0] for row in NEWS])
def test_only_what_is_new_is_told_again(told: Told, level: AlarmLevel, causes: list[str], expected: Novelty | None) -> None:
    assert novelty(told, level=level, causes=causes) is expected
