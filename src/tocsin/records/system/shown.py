"""Words for how a loop stands."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tocsin.bus.loops.standing import Health

HEALTH_WORDS: Final[dict[Health, tuple[Promise, str]]] = {
    Health.GOOD: (gettext_lazy("Runs"), "good"),
    Health.WAITING: (gettext_lazy("Another worker runs it"), ""),
    Health.STUMBLED: (gettext_lazy("Failed, tries again"), "warn"),
    Health.SILENT: (gettext_lazy("Its worker is silent"), "bad"),
    Health.FAILING: (gettext_lazy("Keeps failing"), "bad"),
}
"""The word and the tone of its mark."""
