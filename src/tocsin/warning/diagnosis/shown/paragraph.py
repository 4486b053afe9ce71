"""The diagnosis as one paragraph to read out: what rings, in which order to check, what would decide. Never a finding."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.base.percent import told_percent
from tocsin.warning.causes.policy.causes import shipped_words

MOST_STEPS = 3
LEAST_SHARE = 0.05  # causes less likely than this are not read out
GAS_EXCLUDED = 0.2  # share of a gas leak below which, and by measurement alone, it counts as excluded (confidence C)
GAS_CAUSE = "gas_main_leak"
NO_PLACE = ("unknown", "no_event")
BY_MEASUREMENT = ("ethane_in_gas.absent",)  # evidence that excludes pipeline gas; answers of crews do too
ANSWERS = "answer."


@dataclass(frozen=True)
class Step:
    """One cause to check. `label`, `place`, `owner`, `support` and `objection` are in the reader's words ("" for none);
    `metres` and `direction` ("n", "ne", …) from the place that rings, None and "" without one.
    """

    cause: str
    label: str
    place: str
    metres: float | None
    direction: str
    owner: str
    probability: float
    support: str
    objection: str


@dataclass(frozen=True)
class Story:
    """What is told: when it began, what rings, its value and limit in words ("" where there is no limit), the steps best
    first, the check that would decide with its minutes ("" for none), and whether gas from a main is still to be reckoned
    with.
    """

    time: str
    subject: str
    value: str
    limit: str
    steps: Sequence[Step]
    deciding: str
    deciding_minutes: int
    gas_open: bool


def tell_story(story: Story, language: str) -> str:
    """The paragraph, in Chinese for any `zh`, else in English; always an order of checks."""
    sentences = [_say("begin" if story.limit else "begin_without_limit", language, **_figures(story))]
    steps = [step for step in story.steps if step.probability >= LEAST_SHARE][:MOST_STEPS]
    if steps and steps[0].cause in NO_PLACE:
        sentences.append(_say(f"first_{steps[0].cause}", language, percent=_percent(steps[0].probability)))
        steps = [step for step in steps if step.cause not in NO_PLACE]
    if steps:
        sentences.append(_say("order" if len(steps) > 1 else "order_of_one", language))
    for number, step in enumerate(steps, start=1):
        sentences.append(_tell_step(step, number, language))
        for kind, sentence in (("support", step.support), ("objection", step.objection)):
            if sentence and (number == 1 or kind == "support"):
                sentences.append(_say(kind, language, sentence=sentence))
    if story.deciding:
        sentences.append(_say("deciding", language, check=story.deciding, minutes=str(story.deciding_minutes)))
    if story.gas_open:
        sentences.append(_say("gas_open", language))
    sentences.append(_say("no_finding", language))
    return ("" if language.startswith("zh") else " ").join(sentences)


def is_gas_open(quantity: str, hypotheses: Sequence[tuple[str, float, Sequence[str]]]) -> bool:
    """Whether what rings must still be handled as a leak of pipeline gas; hypotheses as (cause, probability, codes of what
    speaks against it).

    The platform judges the order of checks and never lowers a level: only a share below 20 % that a measurement brought
    about excludes gas.

    >>> is_gas_open("methane", [("gas_main_leak", 0.03, ["gas_main_near.absent"])])
    True
    """
    if quantity != "methane":
        return False
    for cause, probability, against in hypotheses:
        if cause == GAS_CAUSE:
            measured = any(code in BY_MEASUREMENT or code.startswith(ANSWERS) for code in against)
            return probability >= GAS_EXCLUDED or not measured
    return True


def direction_of(lon: float, lat: float, other_lon: float, other_lat: float) -> str:
    """Which of eight directions the other place lies in, "n", "ne", … clockwise.

    >>> direction_of(120.40, 36.16, 120.41, 36.16)
    'e'
    """
    east = (other_lon - lon) * math.cos(math.radians(lat))
    turn = math.degrees(math.atan2(east, other_lat - lat)) % 360
    return ("n", "ne", "e", "se", "s", "sw", "w", "nw")[round(turn / 45) % 8]


def round_metres(metres: float) -> int:
    """As people say it: to 5 m below 100 m, to 10 m beyond.

    >>> [round_metres(metres) for metres in (3, 48, 204)]
    [5, 50, 200]
    """
    step = 5 if metres < 100 else 10
    return max(step, step * round(metres / step))


def _tell_step(step: Step, number: int, language: str) -> str:
    figures = {"number": str(number), "cause": step.label, "place": step.place, "percent": _percent(step.probability)}
    if not step.place:
        told = _say("step_without_place", language, **figures)
    elif step.metres is None or step.metres < 1 or not step.direction:
        told = _say("step_here", language, **figures)
    else:
        direction = _say(step.direction, language)
        told = _say("step", language, metres=str(round_metres(step.metres)), direction=direction, **figures)
    return told + (_say("call", language, owner=step.owner) if step.owner else "") + _say("stop", language)


def _figures(story: Story) -> dict[str, str]:
    return {"time": story.time, "subject": story.subject, "value": story.value, "limit": story.limit}


def _percent(share: float) -> str:
    return str(told_percent(share))


def _say(code: str, language: str, **figures: str) -> str:
    text = shipped_words().story[code].in_language(language)
    return text % figures if figures else text
