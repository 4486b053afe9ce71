"""Names of causes and of kinds of assets in the reader's language."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.base.percent import told_percent
from tocsin.warning.causes.policy.causes import shipped_words


def cause_shares(ranking: Iterable[Sequence[Any]]) -> str:
    """(cause, probability, ...) in words, as a list; those that round to 0 % are left out."""
    told = [(cause_label(cause), told_percent(share)) for cause, share, *_rest in ranking]
    return _(", ").join(f"{label} {percent} %" for label, percent in told if percent)


def finding_words(cause: str, in_words: str) -> str:
    """What was found, in the reader's words; a cause outside the list in the finder's own."""
    if cause == "other":
        return in_words
    return _("no cause found") if cause == "not_found" else cause_label(cause)


def cause_label(cause: str) -> str:
    """The cause in the reader's words."""
    label = shipped_words().labels.get(cause)
    return label.in_language(get_language() or "zh") if label else cause


def cause_kind(kind: str) -> str:
    """The kind of an asset in the reader's words."""
    label = shipped_words().kinds.get(kind)
    return label.in_language(get_language() or "zh") if label else kind
