"""What warnings that came in contribute to notices: a demand to sign for by one press, and what becomes of it."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.base.errors import InvalidInput
from tocsin.mobilisation.incoming_warnings.models import WarningDemand
from tocsin.mobilisation.incoming_warnings.rules import notices as told
from tocsin.mobilisation.incoming_warnings.rules.states import ANSWER, MANAGE, WORK
from tocsin.mobilisation.incoming_warnings.services.answers import answer_demand, require_answerer
from tocsin.mobilisation.incoming_warnings.shown import notices as shown
from tocsin.notices.face import ActCard, Contribution, PurposeCard, Said, Standing
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.notices.face import Notice


def page(notice: "Notice") -> str:
    """The warning's page."""
    return reverse("incoming_warning", args=[notice.figures["warning"]])


def firm_page(notice: "Notice") -> str:
    """A firm acts on its phone page; everybody else on the warning's."""
    return reverse("firm_phone") if notice.why == told.FIRM_AS else page(notice)


def _demand(notice: "Notice") -> WarningDemand:
    return WarningDemand.objects.select_related("organisation", "object").get(pk__in=[notice.act_id])


def _standing(notice: "Notice") -> Standing:
    demand = _demand(notice)
    return Standing(ended=demand.ended_at is not None, waits=demand.done_at is None, signed_as=demand.done_as)


def _require(actor: "User", notice: "Notice") -> None:
    require_answerer(actor, _demand(notice))


def _accept(notice: "Notice", actor: "User", said: Said) -> None:
    answer_demand(actor=actor, demand_id=_demand(notice).pk, said_by=said.name, now=current_time())


def _give_back(_notice: "Notice", _actor: "User", _said: Said, _reason: str, _text: str) -> None:
    raise InvalidInput(_("A warning is acknowledged and not sent back."))


def _report(notice: "Notice", actor: "User", said: Said, text: str) -> None:
    answer_demand(actor=actor, demand_id=_demand(notice).pk, words=text, said_by=said.name, now=current_time())


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            told.SERVICE,
            pgettext_lazy("purpose of a notice", "service that warns"),
            texts=shown.texts_of_services,
            page=shown.page_of_service,
            acted_on=shown.page_of_service,
            permissions=(ANSWER, MANAGE),
        ),
        PurposeCard(
            told.INCOMING,
            pgettext_lazy("purpose of a notice", "incoming warning"),
            texts=shown.texts,
            page=page,
            acted_on=page,
            permissions=(ANSWER, WORK),
            signature=True,
            unseen_upward=True,
        ),
        PurposeCard(
            told.WARNED,
            pgettext_lazy("purpose of a notice", "incoming warning: news"),
            texts=shown.texts,
            page=firm_page,
            acted_on=firm_page,
            permissions=(ANSWER, WORK, "firm.work"),
        ),
    ),
    reasons={
        told.DESK_AS: pgettext_lazy("told as", "desk of a warned area"),
        told.OWNER_AS: pgettext_lazy("told as", "owner in a warned area"),
        told.FIRM_AS: pgettext_lazy("told as", "firm in a warned area"),
        told.SUPERVISES_AS: pgettext_lazy("told as", "above those who were warned"),
        told.KEEPS_AS: pgettext_lazy("told as", "keeper of a service that warns"),
    },
    acts=(
        ActCard(
            told.INCOMING,
            words=gettext_lazy("Warning of another service"),
            page=page,
            reasons={},
            standing=_standing,
            require=_require,
            accept=_accept,
            give_back=_give_back,
            report=_report,
            accept_words=gettext_lazy("We have it"),
        ),
    ),
)
