"""Which causes a region is judged with: the set that a person switched on last, else the file that comes with the program."""

import logging
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.base.documents import read_toml
from tocsin.base.errors import InvalidInput
from tocsin.engine.diagnosis.templates import Templates
from tocsin.warning.causes.policy.causes import (
    CAUSES,
    CAUSES_FILE,
    NO_WEIGHT,
    NO_WORDS,
    flaw_of,
    read_templates,
    shipped_templates,
)

if TYPE_CHECKING:
    from tocsin.records.face import PolicyVersion

log = logging.getLogger(__name__)

FLAWS = {
    NO_WORDS: gettext_lazy("There are no words for the cause %(cause)s; known are %(known)s."),
    NO_WEIGHT: gettext_lazy("Weights are finite numbers; temper and baseline_h lie above 0."),
}
LONGEST = 300_000
"""Characters of an edited text; the file of the program has about a sixth of that."""


def templates_in_force(region_code: str) -> Templates:
    """The causes as they stand, without learnt priors."""
    return CAUSES.current(region=region_code)


def templates_of(chosen: "PolicyVersion | None") -> Templates:
    """Those of a set, of the program for None and for an empty one."""
    if chosen is None or not chosen.text:
        return shipped_templates()
    return _read_set(chosen.pk, chosen.text)


def text_of(chosen: "PolicyVersion | None") -> str:
    """The text that one edits."""
    return chosen.text if chosen is not None and chosen.text else CAUSES_FILE.read_text(encoding="utf-8")


def parse_templates(text: str) -> Templates:
    """Templates of an edited text. InvalidInput says what is wrong with it; causes are those that the program has words for."""
    if len(text) > LONGEST:
        raise InvalidInput(_("The text is longer than %(longest)d characters.") % {"longest": LONGEST})
    try:
        templates = read_templates(read_toml(text), _("edited causes"))
    except (TypeError, ValueError, AttributeError, OverflowError) as error:  # a value of another kind than its key wants
        raise InvalidInput(_("A value is of the wrong kind: %(error)s") % {"error": error}) from None
    if flaw := flaw_of(templates):
        raise InvalidInput(str(FLAWS[flaw[0]]) % flaw[1])
    missing = sorted(set(shipped_templates().figures) - set(templates.figures))
    if not templates.causes or missing:
        raise InvalidInput(_("These are missing: %(missing)s.") % {"missing": ", ".join(missing) or "cause"})
    return templates


@lru_cache(maxsize=8)
def _read_set(identity: UUID, text: str) -> Templates:
    """A row is never changed: it is read once."""
    try:
        return parse_templates(text)
    except InvalidInput:
        log.exception("the set of causes %s can't be read by this version: the causes of the program are used", identity)
        return shipped_templates()
