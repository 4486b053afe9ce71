"""Who is paid, how much, by which rule: named rows of the measures, and what merging must not change."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from tocsin.mobilisation.hazard_reports.policy.routing import ROUTING
from tocsin.mobilisation.rewards.policy import REWARDS, reward_words
from tocsin.mobilisation.rewards.rules.judging import Award, Finding, Joining, Report, RewardCase, grouped, judge
from tocsin.mobilisation.rewards.shown.words import budget_name
from tocsin.workshop.commands.rewards import rewards

CASES = Path(__file__).with_name("reward_cases")
CHINA = ZoneInfo("Asia/Shanghai")
SPRING = datetime(2026, 3, 2, 1, tzinfo=UTC)
POLICY = REWARDS.shipped


def awards_of(
    *findings: Finding, reports: tuple[Report, ...] = (), region: str = "370213", joinings: tuple[Joining, ...] = ()
) -> list[Award]:
    told = reports or (Report("r", SPRING, SPRING),)
    return judge(RewardCase("case", region, told, findings, joinings), POLICY.rules(), ROUTING.shipped.bands, CHINA)


MAJOR = Finding("f", "r", "major", fine_yuan=60_000)
FINED = {yuan: Finding("f", "r", "major", fine_yuan=yuan) for yuan in (0, 4_000, 900_000, 3_000_000)}
DEATHS = {deaths: Finding("f", "r", "concealed_accident", deaths=deaths) for deaths in (2, 3, 10, 30)}
MERIT = {merit: Finding("f", "r", "ordinary", merit=Decimal(merit)) for merit in (0, 1)}
PILLAR = Finding("f", "r", "listed", "mine_safety_pillar", 0)
NOW, HERE, THERE = "2026-03-02", "370213", "320100"

SUMS = {  # finding, insider, region, day of receipt -> yuan, rule
    "half of the fine": (MAJOR, False, HERE, NOW, 30_000, "shandong_2025"),
    "raised to the floor": (FINED[4_000], False, HERE, NOW, 5_000, "shandong_2025"),
    "no fine at all": (FINED[0], False, HERE, NOW, 5_000, "shandong_2025"),
    "held at the cap": (FINED[3_000_000], False, HERE, NOW, 500_000, "shandong_2025"),
    "one fifth more inside": (MAJOR, True, HERE, NOW, 36_000, "shandong_2025"),
    "not beyond the cap": (FINED[900_000], True, HERE, NOW, 500_000, "shandong_2025"),
    "least of the band": (MERIT[0], False, HERE, NOW, 500, "shandong_2025"),
    "most of the band": (MERIT[1], False, HERE, NOW, 5_000, "shandong_2025"),
    "two deaths": (DEATHS[2], False, HERE, NOW, 60_000, "shandong_2025"),
    "three deaths": (DEATHS[3], False, HERE, NOW, 120_000, "shandong_2025"),
    "ten deaths": (DEATHS[10], False, HERE, NOW, 500_000, "shandong_2025"),
    "a listed one": (PILLAR, False, HERE, NOW, 300_000, "shandong_2025"),
    "the last day of 2022's": (PILLAR, False, HERE, "2025-12-24", 300_000, "shandong_2022"),
    "before the province's": (MAJOR, False, HERE, "2021-03-22", 9_000, "national_2018"),
    "another province": (MAJOR, True, THERE, NOW, 9_000, "national_2018"),
    "another province's deaths": (DEATHS[30], False, THERE, NOW, 300_000, "national_2018"),
}


@pytest.mark.parametrize(("finding", "insider", "region", "day", "yuan", "rule"), SUMS.values(), ids=SUMS)
def test_sums(finding: Finding, insider: bool, region: str, day: str, yuan: int, rule: str) -> None:
    noon = datetime.combine(date.fromisoformat(day), datetime.min.time(), CHINA)
    (award,) = awards_of(finding, reports=(Report("r", noon, noon, insider=insider),), region=region)
    assert (award.verdict, award.amount_yuan, award.rule, award.report) == ("reward", yuan, rule, "r")


REFUSED = {  # finding, standing of its only report, region -> verdict and reason
    "not true": (Finding("f", "r", "major", fine_yuan=1), "not_true", "none", "no_valid_report"),
    "malicious": (Finding("f", "r", "major", fine_yuan=1), "malicious", "none", "no_valid_report"),
    "whose duty it was": (Finding("f", "r", "major", fine_yuan=1), "excluded", "none", "no_valid_report"),
    "known before": (Finding("f", "r", "major", fine_yuan=1, known_at=SPRING), "valid", "none", "known_before"),
    "fire": (Finding("f", "r", "fire", fine_yuan=1), "valid", "none", "not_covered"),
    "fine open": (Finding("f", "r", "major"), "valid", "cannot_tell", "fine_open"),
    "merit open": (Finding("f", "r", "ordinary"), "valid", "cannot_tell", "merit_open"),
    "deaths open": (Finding("f", "r", "concealed_accident"), "valid", "cannot_tell", "deaths_open"),
    "not in the list": (Finding("f", "r", "listed", "x", 1), "valid", "cannot_tell", "situation_unknown"),
}


@pytest.mark.parametrize(("finding", "standing", "verdict", "reason"), REFUSED.values(), ids=REFUSED)
def test_no_sum(finding: Finding, standing: str, verdict: str, reason: str) -> None:
    (award,) = awards_of(finding, reports=(Report("r", SPRING, SPRING, standing=standing),))  # type: ignore[arg-type]
    assert (award.verdict, award.because[0].reason, award.amount_yuan) == (verdict, reason, 0)
    for language in ("en", "zh"):
        assert reward_words().sentence(award.because, language)


def test_each_finding_has_its_own_first_reporter() -> None:
    early = Report("early", SPRING, SPRING, covers=frozenset({"leak"}))
    late = Report("late", SPRING + timedelta(days=1), SPRING + timedelta(days=1))
    found = [Finding(name, "early", "major", fine_yuan=20_000) for name in ("leak", "door")]
    leak, door = awards_of(*found, reports=(early, late), joinings=(Joining("merge", "late", "early"),))
    assert (leak.report, door.report) == ("early", "late")


def test_somebody_named_in_writing_is_paid_before_the_first_signer() -> None:
    joint = Report("r", SPRING, SPRING, signers=("zhao", "qian"), payee="qian")
    (award,) = awards_of(Finding("f", "r", "major", fine_yuan=0), reports=(joint,))
    assert award.signer == "qian"


NAMES = "abcde"
WHOLE = [
    Report(name, SPRING + timedelta(hours=hour), SPRING + timedelta(hours=(hour * 3) % 5)) for hour, name in enumerate(NAMES)
]


@st.composite
def ways_to_one_group(draw: st.DrawFn) -> list[Joining]:
    """Merges and un-merges in any order, after which all reports are together."""
    steps = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=12))
    joinings = [Joining("unmerge", one) if one == other else Joining("merge", one, other) for one, other in steps]
    order = draw(st.permutations(NAMES))
    return [*joinings, *(Joining("merge", name, order[0]) for name in order[1:])]


@given(ways_to_one_group(), st.sampled_from(NAMES), st.permutations(WHOLE))
def test_payee_and_sum_do_not_depend_on_how_reports_came_together(
    joinings: list[Joining], of: str, reports: list[Report]
) -> None:
    (award,) = awards_of(Finding("f", of, "major", fine_yuan=60_000), reports=tuple(reports), joinings=tuple(joinings))
    assert (award.report, award.amount_yuan) == ("a", 30_000)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=12))
def test_every_report_is_in_one_group_and_out_again_alone(steps: list[tuple[str, str]]) -> None:
    joinings = [Joining("unmerge", one) if one == other else Joining("merge", one, other) for one, other in steps]
    groups = grouped(NAMES, joinings)
    assert sorted(name for members in groups.values() for name in members) == sorted(NAMES)
    apart = grouped(NAMES, [*joinings, *(Joining("unmerge", name) for name in NAMES)])
    assert apart == {name: [name] for name in NAMES}


def test_three_merged_in_any_order_pay_the_same() -> None:
    merges = [Joining("merge", "b", "a"), Joining("merge", "c", "b"), Joining("merge", "d", "a")]
    for order in permutations(merges):
        (award,) = awards_of(Finding("f", "c", "major", fine_yuan=0), reports=tuple(WHOLE[:4]), joinings=order)
        assert award.report == "a"


def test_written_cases_are_judged_without_a_server(tmp_path: Path) -> None:
    ran = CliRunner().invoke(rewards, [str(CASES), "--out", str(tmp_path), "--language", "zh"], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    assert "奖励数额未经核实" in ran.output
    table = (tmp_path / "awards.csv").read_text("utf-8").splitlines()
    assert table[0].startswith("case,finding,verdict")
    assert "merged_three,tank,reward,letter,first,30000,shandong_2025,no," in table[1]


WRONG = {  # what is exchanged in the written case -> what is told
    "another id": (('of = "call"', 'of = "cal"'), "finding tank: of = 'cal' is none of the reports call, letter, web"),
    "no offset": (("complete_at = 2026-03-09T09:00:00+08:00", "complete_at = 2026-03-09T09:00:00"), "needs its offset"),
    "unknown key": (('kind = "major"', 'kind = "major"\nfines = 3'), "unknown key `findings.fines`"),
    "unknown kind": (('kind = "major"', 'kind = "huge"'), "Invalid enum value 'huge'"),
    "expected otherwise": (("amount_yuan = 30000", "amount_yuan = 30001"), "expected letter 30001, got letter 30000"),
    "twice": (('id = "web"', 'id = "call"'), "reports: id 'call' occurs twice"),
}


@pytest.mark.parametrize(("exchange", "told"), WRONG.values(), ids=WRONG)
def test_a_case_that_makes_no_sense_is_told_with_its_place(exchange: tuple[str, str], told: str, tmp_path: Path) -> None:
    text = (CASES / "merged_three.toml").read_text("utf-8")
    assert exchange[0] in text
    (tmp_path / "wrong.toml").write_text(text.replace(*exchange), "utf-8")
    ran = CliRunner().invoke(rewards, [str(tmp_path)])
    assert ran.exit_code == 1
    assert told in ran.output


@pytest.mark.parametrize(
    ("exchange", "told"),
    [
        (("floor_yuan = 3000, cap_yuan = 300000", "floor_yuan = 3000, cap_yuan = 3"), "rule national_2018: major"),
        (("last = 2022-06-30", "last = 2020-06-30"), "shandong_2021 ends before it begins"),
        (("verified = false", "verified = true"), "needs confirmed_by"),
        (("deaths = 1", "deaths = 2"), "must begin with one death"),
        (('code = "2240109"', 'code = "2240106"'), "budget_line.. stands twice"),
    ],
)
def test_rules_that_make_no_sense_are_refused(exchange: tuple[str, str], told: str) -> None:
    assert exchange[0] in REWARDS.text
    with pytest.raises(ValueError, match=told):
        REWARDS.read(REWARDS.text.replace(*exchange).encode(), "mine.toml")


@pytest.mark.parametrize(
    ("line", "language", "name"),
    [
        ("2240106", "en", "2240106 work safety supervision"),
        ("2240106", "zh-hans", "2240106 安全监管"),
        ("a line of our own", "en", "a line of our own"),
        ("", "en", ""),
    ],
)
def test_a_budget_line_is_named_in_the_readers_language(line: str, language: str, name: str) -> None:
    with override(language):
        assert budget_name(line) == name
