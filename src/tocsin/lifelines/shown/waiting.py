"""What waits about networks: corrections from the site that the owner has not answered."""

from typing import Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.lifelines.models import NetworkCorrection
from tocsin.lifelines.queries.edits import corrections_to_answer
from tocsin.lifelines.shown.words import correction_name
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed


def _tell(one: NetworkCorrection) -> Waiting:
    about = listed(one.asset_code, correction_name(one.kind), one.text)
    return Waiting(about, reverse("network_correction", args=[one.pk]), one.made_at)


WAITING: Final = (
    WaitingKind(
        "network_correction",
        pgettext_lazy("what waits", "Correction of a network from the site: answer"),
        ("assets.manage",),
        found=lambda user, _now: corrections_to_answer(user),
        tell=_tell,
    ),
)
