"""The budget of wrong signs of each region, reckoned from what became of its signs."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from tocsin.engine.watch.budget import shifted
from tocsin.engine.watch.model import BudgetFigures
from tocsin.warning.early_signs.models import EarlySign, SignBudget
from tocsin.warning.early_signs.rules import Outcome, outcome_of

DAY = timedelta(days=1)


def reckon_budgets(*, now: datetime, figures: BudgetFigures) -> int:
    """Goes through the signs whose outcome became known, or was judged otherwise, and moves what each region asks. How many."""
    codes = EarlySign.objects.order_by().values_list("region_code", flat=True).distinct()
    return sum(_reckon(code, now, figures) for code in sorted(codes))


@transaction.atomic
def _reckon(region_code: str, now: datetime, figures: BudgetFigures) -> int:
    SignBudget.objects.get_or_create(region_code=region_code, defaults={"reckoned_at": now})
    budget = SignBudget.objects.select_for_update().get(region_code=region_code)
    rows = EarlySign.objects.select_for_update().filter(region_code=region_code)
    changed: list[EarlySign] = []
    wrong = right = 0
    for row in rows.filter(Q(counted="") | (~Q(judgement="") & ~Q(judgement=F("counted")))):
        outcome = outcome_of(row.judgement, row.ended_by, row.ended_at, now, figures.settle_days)
        if outcome == row.counted:
            continue
        wrong += (outcome == Outcome.WRONG) - (row.counted == Outcome.WRONG)
        right += (outcome == Outcome.RIGHT) - (row.counted == Outcome.RIGHT)
        row.counted = outcome
        changed.append(row)
    EarlySign.objects.bulk_update(changed, ["counted"])
    days = max((now - budget.reckoned_at) / DAY, 0.0)
    budget.shift, budget.reckoned_at = shifted(figures, budget.shift, wrong=wrong, right=right, days=days), now
    budget.save()
    return len(changed)
