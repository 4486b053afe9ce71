"""Reads `causes.toml` into the engine's templates, refusing what it does not know, and `cause_sentences.toml` into
the words for them.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache
from pathlib import Path
from typing import Any

from tocsin.base.errors import InvalidInput
from tocsin.base.policy import PolicyFile
from tocsin.base.quantities import quantity_of
from tocsin.base.time import datetime_from_ms
from tocsin.engine.diagnosis.judge import ANYWHERE
from tocsin.engine.diagnosis.model import Evidence
from tocsin.engine.diagnosis.places import ASKED
from tocsin.engine.diagnosis.signs import LOCATORS, SIGNS
from tocsin.engine.diagnosis.templates import Template, Templates, Weight
from tocsin.engine.features import LINE_KINDS, POINT_KINDS
from tocsin.engine.reach import Medium
from tocsin.lifelines.policy import MEDIA

CAUSES_FILE = Path(__file__).parent / "causes.toml"
SENTENCES_FILE = Path(__file__).parent / "cause_sentences.toml"
LANGUAGES = ("en", "zh")

# Keys with "reasoned" keep what was thought before weights were fitted; only the next fit asks for them.
_TOP_KEYS = {"temper", "reasoned_temper", "unknown", "baseline_h", "figures", "stated", "cause"}
_CAUSE_KEYS = {
    "cause",
    "owner",
    "places",
    "medium",
    "within_h",
    "radius_m",
    "radius_of",
    "locate",
    "prior",
    "reasoned_prior",
    "other_symptom",
    "physics",
    "sources",
    "symptoms",
    "evidence",
}
_WEIGHT_KEYS = {"present", "absent", "reasoned", "source"}


@dataclass(frozen=True)
class Sentence:
    """A sentence in each language, with `%(name)s` places for figures."""

    text: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """The text in `zh` for any Chinese, else in English."""
        return self.text["zh" if language.startswith("zh") else "en"]


@dataclass(frozen=True)
class Words:
    """`labels` of causes, `owners` and `sentences` of evidence codes, each in every language."""

    labels: Mapping[str, Sentence]
    owners: Mapping[str, Sentence]
    kinds: Mapping[str, Sentence]
    sentences: Mapping[str, Sentence]
    story: Mapping[str, Sentence]


def load_templates(path: Path | None = None) -> Templates:
    """The causes of a policy file (the shipped one by default). InvalidInput names file, key and the known keys."""
    file = path or CAUSES_FILE
    return read_templates(_read_toml(file), str(file))


def shipped_templates() -> Templates:
    """The causes that come with this version, read once."""
    return CAUSES.shipped


def read_templates(data: Mapping[str, Any], file: str) -> Templates:
    """Templates of parsed TOML; `file` is only for error texts. A figure that it leaves out has the shipped value, so that a file
    of a city goes on when a sign of a later version asks for one more.
    """
    _refuse_unknown(data, _TOP_KEYS, file, "the top")
    media = MEDIA.current()
    causes = tuple(_read_cause(table, media, file) for table in data.get("cause", []))
    names = [template.cause for template in causes]
    if len(set(names)) < len(names):
        raise InvalidInput(f"{file}: a cause is given twice")
    try:
        return Templates(
            causes=causes,
            media=media,
            temper=float(data["temper"]),
            unknown=float(data["unknown"]),
            baseline_h=float(data["baseline_h"]),
            figures={name: float(value) for name, value in (_shipped_figures() | data["figures"]).items()},
            stated=frozenset(quantity_of(name).name for name in data.get("stated", [])),
        )
    except KeyError as missing:
        raise InvalidInput(f"{file}: {missing.args[0]} is missing") from None


@cache
def shipped_words() -> Words:
    """Labels and sentences that come with this version. InvalidInput where a language is missing."""
    data = _read_toml(SENTENCES_FILE)
    parts = {}
    for part in ("labels", "owners", "kinds", "sentences", "story"):
        for code, text in data[part].items():
            if set(text) != set(LANGUAGES):
                raise InvalidInput(f"{SENTENCES_FILE}: {part}.{code} needs exactly {', '.join(LANGUAGES)}")
        parts[part] = {code: Sentence(text) for code, text in data[part].items()}
    return Words(**parts)


@cache
def _shipped_figures() -> dict[str, float]:
    figures: dict[str, float] = _read_toml(CAUSES_FILE)["figures"]
    return figures


def _read_cause(table: Mapping[str, Any], media: Mapping[str, Medium], file: str) -> Template:
    where = f"cause {table.get('cause', '?')}"
    _refuse_unknown(table, _CAUSE_KEYS, file, where)
    missing = _CAUSE_KEYS - {"reasoned_prior"} - set(table)
    if missing:
        raise InvalidInput(f"{file}: {where}: {', '.join(sorted(missing))} missing")
    for kind in table["places"]:
        if kind not in (*LINE_KINDS, *POINT_KINDS, ASKED):
            raise InvalidInput(f"{file}: {where}: unknown kind of place {kind!r}")
    if table["medium"] and table["medium"] not in media:
        raise InvalidInput(f"{file}: {where}: unknown medium {table['medium']!r}; known are {', '.join(sorted(media))}")
    if table["locate"] and table["locate"] not in (ANYWHERE, *LOCATORS):
        known = ", ".join(sorted((ANYWHERE, *LOCATORS)))
        raise InvalidInput(f"{file}: {where}: locate is {table['locate']!r}; known are {known}")
    return Template(
        cause=str(table["cause"]),
        owner=str(table["owner"]),
        places=tuple(table["places"]),
        medium=str(table["medium"]),
        within_h=float(table["within_h"]),
        radius_m=float(table["radius_m"]),
        radius_of={name: float(value) for name, value in table["radius_of"].items()},
        locate=str(table["locate"]),
        prior=float(table["prior"]),
        symptoms={name: float(value) for name, value in table["symptoms"].items()},
        other_symptom=float(table["other_symptom"]),
        evidence={code: _read_weight(code, entry, file, where) for code, entry in table["evidence"].items()},
        physics=str(table["physics"]),
        sources=tuple(table["sources"]),
    )


def _read_weight(code: str, entry: Mapping[str, Any], file: str, where: str) -> Weight:
    if code not in SIGNS:
        raise InvalidInput(f"{file}: {where}: unknown sign {code!r}; known are {', '.join(sorted(SIGNS))}")
    _refuse_unknown(entry, _WEIGHT_KEYS, file, f"{where}, {code}")
    return Weight(float(entry["present"]), float(entry["absent"]), str(entry["source"]))


def _refuse_unknown(table: Mapping[str, Any], known: set[str], file: str, where: str) -> None:
    unknown = set(table) - known
    if unknown:
        raise InvalidInput(f"{file}: {where}: unknown {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{path}: {error}") from None


NO_WORDS = "There are no words for the cause %(cause)s; known are %(known)s."
NO_WEIGHT = "Weights are finite numbers; temper and baseline_h lie above 0."


def flaw_of(templates: Templates) -> tuple[str, dict[str, str]] | None:
    """What is wrong with causes, as a text to be translated with its figures: a cause without words, a weight that is none."""
    known = shipped_words().labels
    for template in templates.causes:
        if template.cause not in known:
            return NO_WORDS, {"cause": template.cause, "known": ", ".join(sorted(known))}
    if not (all(map(math.isfinite, _weights(templates))) and templates.temper > 0 and templates.baseline_h > 0):
        return NO_WEIGHT, {}
    return None


def _weights(templates: Templates) -> list[float]:
    weights = [templates.temper, templates.unknown, templates.baseline_h, *templates.figures.values()]
    for one in templates.causes:
        weights += [one.prior, one.other_symptom, one.within_h, one.radius_m, *one.radius_of.values(), *one.symptoms.values()]
        weights += [weight for entry in one.evidence.values() for weight in (entry.present, entry.absent)]
    return weights


def _read_causes(text: bytes, source: str) -> Templates:
    templates = read_templates(tomllib.loads(text.decode()), source)
    if flaw := flaw_of(templates):
        raise InvalidInput(flaw[0] % flaw[1])
    return templates


CAUSES = PolicyFile(
    "warning.causes",
    CAUSES_FILE,
    _read_causes,
    "成因研判",
    "Causes and their signs",
    regions=True,
    whole=True,
    uses=(MEDIA,),
)


def tell(evidence: Evidence, sensor_name: str, language: str, zone: tzinfo) -> str:
    """One piece of evidence as a sentence; times in `zone`."""
    figures: dict[str, str] = {name: _figure(value) for name, value in (evidence.figures or {}).items()}
    figures["sensor"] = sensor_name
    figures["seen"] = _figure(evidence.seen)
    figures["expected"] = _figure(evidence.expected)
    figures["time"] = "" if evidence.ts_ms is None else f"{datetime_from_ms(evidence.ts_ms).astimezone(zone):%m-%d %H:%M}"
    return shipped_words().sentences[evidence.code].in_language(language) % figures


def _figure(value: float | int | str | None) -> str:
    """A figure with three significant digits, without needless zeros."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"
