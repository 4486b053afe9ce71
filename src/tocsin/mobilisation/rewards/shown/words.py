"""Names of states, acts and kinds of rewards."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy

from tocsin.mobilisation.rewards.policy import reward_policy, reward_words
from tocsin.mobilisation.rewards.rules.judging import Because
from tocsin.mobilisation.rewards.rules.states import RewardAct, RewardState

STATE_NAMES: Final[dict[RewardState, Promise]] = {
    RewardState.DRAFT: pgettext_lazy("state of a reward", "to be proposed"),
    RewardState.PROPOSED: pgettext_lazy("state of a reward", "proposed; a second person decides"),
    RewardState.AGREED: pgettext_lazy("state of a reward", "decided, to be collected"),
    RewardState.PAID: pgettext_lazy("state of a reward", "paid"),
    RewardState.LAPSED: pgettext_lazy("state of a reward", "given up: not collected in time"),
    RewardState.NONE: pgettext_lazy("state of a reward", "decided: no reward"),
    RewardState.DROPPED: pgettext_lazy("state of a reward", "dropped"),
}
CSS: Final[dict[RewardState, str]] = {
    RewardState.DRAFT: "orange",
    RewardState.PROPOSED: "warn",
    RewardState.AGREED: "warn",
    RewardState.PAID: "good",
}
ACT_NAMES: Final[dict[RewardAct, Promise]] = {
    RewardAct.DRAFT: pgettext_lazy("act on a reward", "drafted"),
    RewardAct.ENTER: pgettext_lazy("act on a reward", "what the sum rests on was entered"),
    RewardAct.STANDING: pgettext_lazy("act on a reward", "what is known of a report was entered"),
    RewardAct.PROPOSE: pgettext_lazy("act on a reward", "proposed"),
    RewardAct.AGREE: pgettext_lazy("act on a reward", "agreed by a second person"),
    RewardAct.DECLINE: pgettext_lazy("act on a reward", "declined by a second person"),
    RewardAct.CHANGE: pgettext_lazy("act on a reward", "the reports changed: to be decided anew"),
    RewardAct.DROP: pgettext_lazy("act on a reward", "dropped"),
    RewardAct.CLAIM: pgettext_lazy("act on a reward", "claimed by the reporter"),
    RewardAct.PAY: pgettext_lazy("act on a reward", "paid"),
    RewardAct.LAPSE: pgettext_lazy("act on a reward", "the time to collect it is over"),
    RewardAct.SECOND_USE: pgettext_lazy("act on a reward", "asked for again after it was paid"),
}
KIND_NAMES: Final[dict[str, Promise]] = {
    "listed": pgettext_lazy("kind of a rewarded finding", "a situation of the standard's list"),
    "major": pgettext_lazy("kind of a rewarded finding", "major hazard or breach, not in the list"),
    "ordinary": pgettext_lazy("kind of a rewarded finding", "ordinary hazard, not in the list"),
    "concealed_accident": pgettext_lazy("kind of a rewarded finding", "concealed accident"),
    "fire": pgettext_lazy("kind of a rewarded finding", "fire: by the fire service's own rules"),
}
STANDING_NAMES: Final[dict[str, Promise]] = {
    "valid": pgettext_lazy("standing of a report", "valid"),
    "not_true": pgettext_lazy("standing of a report", "not true"),
    "malicious": pgettext_lazy("standing of a report", "malicious"),
    "excluded": pgettext_lazy("standing of a report", "excluded"),
}


def language() -> str:
    """`zh` or `en`, as words of the policy are kept."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def reasons(because: list[dict[str, object]]) -> list[str]:
    """Each reason in words."""
    told = [Because(one["reason"], one["figures"]) for one in because]  # type: ignore[arg-type]
    return [reward_words().sentence([one], language()) for one in told]


def rule_name(code: str) -> str:
    """The measures by name; the code where the policy has them no more."""
    row = next((one for one in reward_policy().rule if one.code == code), None)
    return code if row is None else row.zh if language() == "zh" else row.en


def budget_name(line: str) -> str:
    """A line of the budget: its code with its name, where the policy has one; else as it was typed."""
    row = next((one for one in reward_policy().budget_line if one.code == line), None)
    return line if row is None else f"{row.code} {row.zh if language() == 'zh' else row.en}"


def budget_lines() -> list[tuple[str, str]]:
    """The lines that are offered: code and name."""
    return [(one.code, one.zh if language() == "zh" else one.en) for one in reward_policy().budget_line]


def unverified_line() -> str:
    """What stands beside every sum whose rules nobody has confirmed."""
    return reward_words().unverified["line"].in_language(language())


def verdict_name(code: str) -> str:
    """The rules' answer in a word."""
    return reward_words().verdict[code].in_language(language())
