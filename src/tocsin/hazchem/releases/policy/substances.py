"""`substances.csv`: the shipped substances, found by name in either language or by CAS number."""

import csv
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.engine.consequences.substance import Substance
from tocsin.engine.major_hazard.tables import plain_name
from tocsin.hazchem.installations.policy.major_hazard import tables

FILE = Path(__file__).with_name("substances.csv")
FIGURES = tuple(one.name for one in fields(Substance) if one.name not in ("name", "cas"))
MOST_SUGGESTED = 3


class OwnFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Figures of the case's own, in place of the shipped ones or where there are none; names and units as in `Substance`."""

    molar_mass_g_mol: float | None = None
    boiling_k: float | None = None
    melting_k: float | None = None
    critical_k: float | None = None
    psat_a: float | None = None
    psat_b: float | None = None
    psat_c: float | None = None
    psat_low_k: float | None = None
    psat_high_k: float | None = None
    density_boiling_kg_m3: float | None = None
    density_exponent: float | None = None
    latent_boiling_j_kg: float | None = None
    latent_exponent: float | None = None
    heat_liquid_j_kg_k: float | None = None
    heat_gas_j_kg_k: float | None = None
    lower_limit: float | None = None
    upper_limit: float | None = None
    combustion_j_kg: float | None = None


@cache
def shipped_substances() -> tuple[tuple[Substance, str], ...]:
    """Each with its Chinese name."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple((_substance(row), row["name_zh"]) for row in csv.DictReader(file))


def find_substance(name: str, own: OwnFigures) -> Substance:
    """The substance of that English or Chinese name or CAS number, with the case's own figures.

    A name that is not known is one of the case's own if it brings a molar mass; else InvalidInput names the nearest known ones.
    """
    asked = _plain(name)
    found = next((substance for substance, zh in shipped_substances() if asked in _names(substance, zh)), None) or _by_table(name)
    given = {key: value for key, value in msgspec.structs.asdict(own).items() if value is not None}
    for key, value in given.items():
        if key not in ("psat_c", "density_exponent", "latent_exponent") and not value > 0:
            raise InvalidInput("own.%(key)s is %(value)s; a number above 0 is needed.", key=key, value=f"{value:g}")
    if found is None and "molar_mass_g_mol" not in given:
        near = _near(asked)
        raise InvalidInput(
            "substance %(name)s is not known%(near)s; give a name of docs/consequences.md, a CAS number, or figures below [own].",
            name=repr(name),
            near=f" (near: {', '.join(near)})" if near else "",
        )
    return replace(found or Substance(name), **given)


def both_names(name: str) -> dict[str, str]:
    """Of a shipped substance by its English name, as `zh` and `en`; one of a case's own is named alike in both."""
    zh = next((zh for substance, zh in shipped_substances() if substance.name == name), name)
    return {"zh": zh, "en": name}


def _by_table(name: str) -> Substance | None:
    """By what else table 1 of GB 18218 knows it as (液氯, LNG), through its CAS number."""
    numbers = [cas for row in tables().by_name.get(plain_name(name), ()) for cas in row.cas]
    return next((substance for substance, _zh in shipped_substances() if substance.cas and substance.cas in numbers), None)


def _substance(row: dict[str, str]) -> Substance:
    figures = {name: float(row[name]) for name in FIGURES if row[name]}
    return Substance(row["name_en"], row["cas"], **figures)


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("sulfur", "sulphur").replace("sulfide", "sulphide").split())


def _names(substance: Substance, zh: str) -> set[str]:
    """The whole names, and what stands before a bracket or on each side of a stroke."""
    return {substance.cas, *(part for name in (substance.name, zh) for part in _parts(_plain(name)))} - {""}


def _parts(name: str) -> Iterator[str]:
    yield name
    for part in name.partition("(")[0].split(" / "):
        yield part.strip()
    if name.endswith(")"):
        yield name.rpartition("(")[2].removesuffix(")").strip()


def _near(asked: str) -> list[str]:
    from rapidfuzz import process

    names = [substance.name for substance, _zh in shipped_substances()]
    return [name for name, _score, _at in process.extract(asked, names, limit=MOST_SUGGESTED, score_cutoff=70)]
