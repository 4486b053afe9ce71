"""What handling a case needs to know: how it ended, what closing asks, its clocks."""

from dataclasses import dataclass

from django.db.models import QuerySet

from tocsin.command.models import Case, Clock, Declaration, Order, OrderEntry, Outcome
from tocsin.command.rules.orders import OrderAct, OrderRole, OrderState

_SIGNED_MENDED = (OrderState.MENDED.value, OrderState.DONE.value)


@dataclass(frozen=True)
class ClosingPapers:
    """Which of the papers that closing asks for are there."""

    proof: bool
    unit_signed: bool
    finding: bool


def standing_outcome(case: Case) -> Outcome | None:
    """How the case ended, or how a person proposes that it should; None where nothing stands."""
    return Outcome.objects.filter(case=case, refused=False, ended_at__isnull=True).select_related("proposed_by").first()


def standing_declarations(case: Case) -> QuerySet[Declaration]:
    """The warning and the incident that stand upon the case."""
    return Declaration.objects.filter(case=case, ended_at__isnull=True).select_related("declared_by")


def closing_papers(case: Case) -> ClosingPapers:
    """What closing asks beside readings: proof (a photo or a document), the lead unit's signature, the finding."""
    entries = OrderEntry.objects.filter(order__case=case)
    lead = case.lead
    return ClosingPapers(
        proof=entries.filter(act=OrderAct.PHOTO).exists(),
        unit_signed=Order.objects.filter(case=case, role=OrderRole.LEAD, state__in=_SIGNED_MENDED).exists(),
        finding=bool(lead and lead.true_cause) or entries.filter(act=OrderAct.FIND_CAUSE).exists(),
    )


def clocks_of(case: Case) -> QuerySet[Clock]:
    """All clocks of a case, the earliest due first."""
    return Clock.objects.filter(case=case)
