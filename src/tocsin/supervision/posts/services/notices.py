"""What duty on post contributes to notices; clocks run from their delivery."""

from django.utils.translation import pgettext_lazy

from tocsin.notices.face import Contribution, PurposeCard
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts.rules import COMPETENT, FIRM, ON_POST, PRESENCE, ROLL_CALL, SUPERIOR
from tocsin.supervision.posts.services.calls import answer_from_delivery
from tocsin.supervision.posts.services.telling import look_from_delivery
from tocsin.supervision.posts.shown.notices import call_page, call_texts, post_page, post_texts

NOTICES = Contribution(
    purposes=(
        PurposeCard(
            ROLL_CALL,
            pgettext_lazy("purpose of a notice", "roll call"),
            texts=call_texts,
            acted_on=call_page,
            stays=True,
            on_delivered=answer_from_delivery,
        ),
        PurposeCard(
            PRESENCE,
            pgettext_lazy("purpose of a notice", "key post"),
            texts=post_texts,
            acted_on=post_page,
            permissions=(rights.INSPECT, rights.OWN),
            on_delivered=look_from_delivery,
        ),
    ),
    reasons={
        ON_POST: pgettext_lazy("told as", "planned on post"),
        FIRM: pgettext_lazy("told as", "the firm itself"),
        COMPETENT: pgettext_lazy("told as", "supervises the firm"),
        SUPERIOR: pgettext_lazy("told as", "superior"),
    },
)
