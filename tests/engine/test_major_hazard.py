"""GB 18218-2018: rows of the standard as a table, an independent slow twin over drawn units, and what holds for any unit."""

import random
import tomllib
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tocsin.base.errors import InvalidInput
from tocsin.engine.major_hazard import Equipment, Held, Joint, Mixture, Note, Unit, UnitKind, assess, cut_units
from tocsin.hazchem.installations.policy.major_hazard import FILE, tables

TABLES = tables()


def unit(*held: Held, people: int | None = 0) -> Unit:
    return Unit("unit", UnitKind.STORAGE, held, people)


# What is held, people outside; S, R, grade, row of the first substance, its notes.
ROWS = {
    "the examination's sulphur dioxide": ([Held("二氧化硫", 200)], 60, 10, 30, "III", "4", ()),
    "just at the limit": ([Held("氯", 5)], 0, 1, 2, "IV", "12", ()),
    "a kilogram below it": ([Held("氯", 4.999)], 0, 0.9998, 1.9996, "", "12", ()),
    "three parts that make one exactly": ([Held("苯", 5), Held("苯", 10), Held("苯", 35)], 0, 1, 0.5, "IV", "57", ()),
    "a tenth, two tenths, seven tenths": ([Held("氨", 1), Held("氨", 2), Held("氨", 7)], 1, 1, 2, "IV", "1", ()),
    "R just at grade III": ([Held("苯", 500)], 10, 10, 10, "III", "57", ()),
    "R just at grade II": ([Held("苯", 2500)], 10, 50, 50, "II", "57", ()),
    "R just at grade I": ([Held("苯", 5000)], 10, 100, 100, "I", "57", ()),
    "twenty-nine people": ([Held("苯", 50)], 29, 1, 1, "IV", "57", ()),
    "thirty people": ([Held("苯", 50)], 30, 1, 1.2, "IV", "57", ()),
    "fifty people": ([Held("苯", 50)], 50, 1, 1.5, "IV", "57", ()),
    "a hundred people": ([Held("苯", 50)], 100, 1, 2, "IV", "57", ()),
    "nobody has counted": ([Held("苯", 50)], None, 1, 2, "IV", "57", ()),
    "by its number alone": ([Held("", 10, cas="7664-41-7")], 1, 1, 2, "IV", "1", ()),
    "by another name, full width": ([Held("ＬＰＧ", 50)], 1, 1, 1.5, "IV", "52", ()),
    "named goes before classes": ([Held("氨", 10, classes=("W2",))], 1, 1, 2, "IV", "1", (Note.CLASSES_NOT_USED,)),
    "not named, one class": ([Held("异丙醇", 1000, classes=("W5.3",))], 1, 1, 1, "IV", "W5.3", ()),
    "not named, several: the least quantity": (
        [Held("甲基肼", 10, classes=("J5", "W5.1", "W5.3"))],
        *(1, 1, 1.5, "IV", "W5.1", (Note.SEVERAL_CLASSES,)),
    ),
    "equal quantities: the graver factor": ([Held("x", 50, classes=("J2", "J3"))], 1, 1, 2, "IV", "J3", (Note.SEVERAL_CLASSES,)),
    "without any of its dangers": ([Held("水", 9e5, classes=())], 1, 0, 0, "", "", (Note.WITHOUT_CLASS,)),
    "one name, several rows": ([Held("硝酸铵", 5)], 1, 1, 2, "IV", "43", (Note.SEVERAL_ROWS,)),
    "the row told": ([Held("硝酸铵(含可燃物≤0.2%)", 50)], 1, 1, 1, "IV", "44", ()),
    "nitric acid of unknown strength": ([Held("硝酸", 100)], 1, 1, 1, "IV", "81", (Note.CONTENT_ASSUMED,)),
    "nitric acid of 98 %": ([Held("硝酸", 100, content_percent=98)], 1, 1, 1, "IV", "81", ()),
    "nitric acid of 70 %, by its class": (
        [Held("硝酸", 200, content_percent=70, classes=("W9.2",))],
        *(1, 1, 1, "IV", "W9.2", (Note.BELOW_CONTENT,)),
    ),
    "a mixture of the pure substance's class": (
        [Held("工业苯", 50, mixture=Mixture("苯", ("W5.3",)))],
        *(1, 1, 1, "IV", "57", (Note.MIXTURE_AS_PURE,)),
    ),
    "a mixture of another class": (
        [Held("氨水", 10, mixture=Mixture("氨", ("J5",)))],
        *(1, 0.02, 0.02, "", "J5", (Note.MIXTURE_BY_CLASS,)),
    ),
    "a mixture without danger": (
        [Held("稀氨水", 999, mixture=Mixture("氨", ()))],
        *(1, 0, 0, "", "", (Note.MIXTURE_BY_CLASS, Note.WITHOUT_CLASS)),
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_row_of_the_standard(name: str) -> None:
    held, people, s, r, grade, row, notes = ROWS[name]
    found = assess(unit(*held, people=people), TABLES)
    assert (float(found.design.s), float(found.design.r), found.design.grade) == (s, r, grade)
    assert (found.lines[0].weight.label, found.lines[0].weight.notes) == (row, notes)
    assert found.people_known == (people is not None)


REFUSED = {
    "unknown and unclassified": (Held("新物质", 1), "not named in table 1"),
    "a chapter of classes": (Held("x", 1, classes=("W5",)), "W5.1"),
    "no class at all": (Held("x", 1, classes=("Q9",)), "no class Q9"),
    "below nothing": (Held("氨", -1), "-1"),
    "no number": (Held("氨", float("nan")), "nan"),
    "without end": (Held("氨", float("inf")), "inf"),
    "present below nothing": (Held("氨", 1, present_t=-0.1), "-0.1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_not_be_weighed_is_told(name: str) -> None:
    held, word = REFUSED[name]
    with pytest.raises(InvalidInput, match=word):
        assess(unit(held), TABLES)


class Twin:
    """The standard once more, straight from the file, in decimals, a search through all rows for each substance."""

    def __init__(self) -> None:
        content = tomllib.loads(FILE.read_text(encoding="utf-8"), parse_float=Decimal)
        self.named: list[dict[str, Any]] = content["substance"]
        self.classes: list[dict[str, Any]] = content["class"]

    def quantity_and_beta(self, held: Held) -> tuple[Decimal, Decimal]:
        for one in self.named:
            if one["zh"] == held.substance:
                return one["critical_t"], one["beta"]
        best: tuple[Decimal, Decimal] | None = None
        for symbol in held.classes or ():
            for one in self.classes:
                if one["symbol"] != symbol:
                    continue
                if best is None or one["critical_t"] < best[0] or (one["critical_t"] == best[0] and one["beta"] > best[1]):
                    best = one["critical_t"], one["beta"]
        assert best is not None
        return best

    def judge(self, held: list[Held], people: int) -> tuple[Decimal, Decimal, str]:
        if people >= 100:
            alpha = Decimal("2.0")
        elif people >= 50:
            alpha = Decimal("1.5")
        elif people >= 30:
            alpha = Decimal("1.2")
        else:
            alpha = Decimal("1.0") if people else Decimal("0.5")
        s = r = Decimal(0)
        for one in held:
            quantity, beta = self.quantity_and_beta(one)
            s += Decimal(str(one.design_t)) / quantity
            r += alpha * beta * Decimal(str(one.design_t)) / quantity
        if s < 1 - Decimal("1e-40"):
            return s, r, ""
        for grade, least in (("I", 100), ("II", 50), ("III", 10)):
            if r >= least - Decimal("1e-40"):
                return s, r, grade
        return s, r, "IV"


def test_ten_thousand_drawn_units_equal_the_twin() -> None:
    twin, draw = Twin(), random.Random(18218)
    substances, symbols = [one.zh for one in TABLES.substances], [one.symbol for one in TABLES.classes]
    with localcontext(prec=60):
        for number in range(10_000):
            held = [
                Held(draw.choice(substances), round(draw.expovariate(1 / 30), draw.randint(0, 4)))
                if draw.random() < 0.6
                else Held("other", float(draw.randint(0, 400)), classes=tuple(draw.sample(symbols, draw.randint(1, 3))))
                for _ in range(draw.randint(1, 6))
            ]
            people = draw.choice((0, 1, 29, 30, 49, 50, 99, 100, 5000))
            found = assess(unit(*held, people=people), TABLES).design
            s, r, grade = twin.judge(held, people)
            assert abs(Decimal(found.s.numerator) / found.s.denominator - s) < Decimal("1e-40"), number
            assert abs(Decimal(found.r.numerator) / found.r.denominator - r) < Decimal("1e-40"), number
            assert (found.grade, found.major) == (grade, bool(grade)), number


held_units = st.lists(
    st.builds(
        Held,
        st.sampled_from([one.zh for one in TABLES.substances]),
        st.floats(0, 1e6),
        st.none() | st.floats(0, 1e6),
    ),
    max_size=6,
)


@given(held_units, st.integers(0, 1000), st.randoms())
def test_order_does_not_count_and_more_is_never_less(held: list[Held], people: int, draw: random.Random) -> None:
    found = assess(unit(*held, people=people), TABLES)
    shuffled = draw.sample(held, len(held))
    assert assess(unit(*shuffled, people=people), TABLES).design == found.design
    assert assess(unit(*held, people=people + 100), TABLES).design.r >= found.design.r
    more = assess(unit(*held, Held("氯", 1), people=people), TABLES).design
    assert more.s > found.design.s and more.r > found.design.r
    assert found.design.s == sum((line.share for line in found.lines), Fraction())


@given(held_units, st.integers(0, 1000))
def test_all_that_can_be_there_counts_as_by_design(held: list[Held], people: int) -> None:
    """What nobody measures counts with its design quantity, so a full unit is graded as designed."""
    full = [replace(one, present_t=one.design_t if number % 2 else None) for number, one in enumerate(held)]
    found = assess(unit(*full, people=people), TABLES)
    assert found.now is None or found.now == found.design


def test_a_site_is_cut_by_bunds_buildings_and_valves() -> None:
    chlorine = (Held("氯", 3),)
    equipment = [
        Equipment("T1", UnitKind.STORAGE, chlorine, bund="north"),
        Equipment("T2", UnitKind.STORAGE, chlorine, bund="north"),
        Equipment("T3", UnitKind.STORAGE, chlorine),
        Equipment("bay 1", UnitKind.STORAGE, chlorine, building="store 4"),
        Equipment("bay 2", UnitKind.STORAGE, chlorine, building="store 4"),
        Equipment("R1", UnitKind.PRODUCTION, chlorine),
        Equipment("R2", UnitKind.PRODUCTION, chlorine),
        Equipment("R3", UnitKind.PRODUCTION, chlorine),
    ]
    joints = [Joint("R1", "R2", isolating=False), Joint("R2", "R3", isolating=True), Joint("T1", "R1", isolating=False)]
    cuts = cut_units(equipment, joints, people=40)
    assert [one.equipment for one in cuts] == [("T1", "T2"), ("T3",), ("bay 1", "bay 2"), ("R1", "R2"), ("R3",)]
    assert [one.unit.name for one in cuts] == ["north", "T3", "store 4", "R1", "R3"]
    assert cuts[0].unparted == cuts[3].unparted == (joints[2],)
    assert assess(cuts[0].unit, TABLES).design.s == Fraction(6, 5)
    with pytest.raises(InvalidInput, match="R9"):
        cut_units(equipment, [Joint("R1", "R9", isolating=True)])
    with pytest.raises(InvalidInput, match="twice"):
        cut_units([*equipment, equipment[0]], [])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=20))
def test_each_equipment_is_in_one_unit_and_valves_part_what_only_they_join(drawn: list[tuple[int, int, bool]]) -> None:
    equipment = [Equipment(str(number), UnitKind.PRODUCTION, (Held("氨", float(number)),)) for number in range(10)]
    joints = [Joint(str(one), str(other), isolating) for one, other, isolating in drawn]
    cuts = cut_units(equipment, joints)
    assert sorted(name for cut in cuts for name in cut.equipment) == [str(number) for number in range(10)]
    of = {name: number for number, cut in enumerate(cuts) for name in cut.equipment}
    assert all(of[joint.one] == of[joint.other] for joint in joints if not joint.isolating)
    reached: dict[str, set[str]] = {str(number): {str(number)} for number in range(10)}
    for _ in range(10):
        for joint in joints:
            if not joint.isolating:
                reached[joint.one] |= reached[joint.other]
                reached[joint.other] |= reached[joint.one]
    assert all(set(cut.equipment) == reached[name] for cut in cuts for name in cut.equipment)
