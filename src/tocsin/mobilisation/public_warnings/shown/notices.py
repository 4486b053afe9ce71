"""What people inside read of public warnings: asked as the second person, come back, issued, soon over."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.mobilisation.public_warnings.rules.notices import ASKED_AS, AUTHOR_AS, KNOCKS_AS, PUBLIC_WARNING
from tocsin.mobilisation.public_warnings.rules.states import DRAFT, ISSUE
from tocsin.mobilisation.public_warnings.shown.warnings import LEVEL_NAMES
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.screens.words import in_language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice

_LINES = {
    "asked": gettext_lazy(
        "A public warning waits for the second person: %(headline)s (%(level)s). Read it and issue it, or give it back."
    ),
    "returned": gettext_lazy("The public warning came back: %(headline)s. Reason: %(reason)s"),
    "issued": gettext_lazy("The public warning is issued: %(headline)s (%(level)s)."),
    "silent": gettext_lazy("Few have read the public warning: %(headline)s. Doors are to be knocked at in %(towns)s towns."),
    "ends": gettext_lazy("The public warning ends soon: %(headline)s. Update it if the danger goes on."),
}


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody inside reads."""
    return {one.pk: "\n".join([*upward_lines(one), _line(one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The warning's own page."""
    name = "door_rounds" if notice.figures["what"] == "silent" else "public_warning"
    return reverse(name, args=[notice.figures["warning"]])


def _line(figures: Mapping[str, Any]) -> str:
    told = {
        "headline": in_language(figures["headline"]),
        "level": LEVEL_NAMES[figures["level"]],
        "reason": figures["reason"],
        "towns": figures.get("towns", 0),
    }
    line = str(_LINES[figures["what"]]) % told
    return _("【DRILL】") + line if figures["exercise"] else line


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            PUBLIC_WARNING,
            pgettext_lazy("purpose of a notice", "public warning"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(DRAFT, ISSUE),
        ),
    ),
    reasons={
        ASKED_AS: pgettext_lazy("told as", "second person of a public warning"),
        AUTHOR_AS: pgettext_lazy("told as", "author of a public warning"),
        KNOCKS_AS: pgettext_lazy("told as", "knocks on doors"),
    },
)
