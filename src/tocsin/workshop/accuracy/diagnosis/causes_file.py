"""A file of causes read for a fit and written after it, line by line, so that its comments stay."""

import re
import tomllib

from tocsin.base.errors import InvalidInput
from tocsin.workshop.accuracy.diagnosis.fit import Fitted, Reasoned

_CAUSE = re.compile(r'^cause = "(\w+)"$')
_PRIOR = re.compile(r"^prior = \S+$")
_TEMPER = re.compile(r"^temper = \S+")
_SIGN = re.compile(r"^(\w+) = \{ present = .*?(, source = .* \})$")


def read_reasoned(text: str) -> Reasoned:
    """The reasoned weights of a causes file; those that were never fitted are the reasoned ones."""
    data = tomllib.loads(text)
    weights = {
        (table["cause"], code): tuple(entry.get("reasoned", (entry["present"], entry["absent"])))
        for table in data["cause"]
        for code, entry in table["evidence"].items()
    }
    priors = {table["cause"]: table.get("reasoned_prior", table["prior"]) for table in data["cause"]}
    return Reasoned(priors, weights, data.get("reasoned_temper", data["temper"]))


def with_fitted(text: str, fitted: Fitted, reasoned: Reasoned) -> str:
    """The file with its priors, weights and temper replaced by fitted ones, to one digit, the reasoned ones beside them.

    InvalidInput where a weight stands on no line of its own.
    """
    lines, cause, missing = [], "", set(fitted.weights)
    for line in text.splitlines():
        if found := _CAUSE.match(line):
            cause = found[1]
        elif cause and _PRIOR.match(line):
            line = f"prior = {_round(fitted.priors[cause])}"
        elif _TEMPER.match(line):
            line = _TEMPER.sub(f"temper = {fitted.temper:.2f}", line)
        elif (found := _SIGN.match(line)) and (cause, found[1]) in missing:
            key = (cause, found[1])
            missing.discard(key)
            line = f"{found[1]} = {{ {_weights(fitted.weights[key], reasoned.weights[key])}{found[2]}"
        lines.append(line)
    if missing:
        raise InvalidInput(f"no line of its own: {', '.join(sorted(f'{cause}.{code}' for cause, code in missing))}")
    return "\n".join(lines) + "\n"


def _weights(fitted: tuple[float, float], reasoned: tuple[float, float]) -> str:
    present, absent = _round(fitted[0]), _round(fitted[1])
    told = f"present = {present}, absent = {absent}"
    if (present, absent) == reasoned:
        return told
    return f"{told}, reasoned = [{float(reasoned[0])}, {float(reasoned[1])}]"


def _round(value: float) -> float:
    return round(value, 1) + 0.0
