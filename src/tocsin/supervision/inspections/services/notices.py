"""What inspections and hidden dangers contribute to notices; an order that was handed over has been served."""

from django.utils.translation import pgettext_lazy

from tocsin.notices.face import Contribution, PurposeCard
from tocsin.supervision.inspections.rules.telling import DANGER, DECISION, INSPECTION, INSPECTOR
from tocsin.supervision.inspections.services.serving import serve_by_notice
from tocsin.supervision.inspections.shown.notices import page_of_firm, page_of_office, texts
from tocsin.supervision.objects.rules import rights

NOTICES = Contribution(
    purposes=(
        PurposeCard(
            DANGER,
            pgettext_lazy("purpose of a notice", "hidden dangers of the firm"),
            texts=texts,
            acted_on=page_of_firm,
            permissions=(rights.OWN,),
            stays=True,
            on_delivered=serve_by_notice,
        ),
        PurposeCard(
            INSPECTION,
            pgettext_lazy("purpose of a notice", "inspection"),
            texts=texts,
            acted_on=page_of_office,
            permissions=(rights.INSPECT,),
            stays=True,
        ),
        PurposeCard(
            DECISION,
            pgettext_lazy("purpose of a notice", "decision on a hidden danger"),
            texts=texts,
            acted_on=page_of_office,
            permissions=(rights.LEAD,),
        ),
    ),
    reasons={INSPECTOR: pgettext_lazy("told as", "inspects")},
)
