"""Versions of the points policy: drafted, tried on history, switched on by another person with a date. Past days never change."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.queries import may
from tocsin.jurisdiction.rules import governing_prefix
from tocsin.jurisdiction.services import require
from tocsin.records.services import record_audit
from tocsin.supervision.models import LedgerDay, PointsPolicy, PointsRun, SupervisedObject
from tocsin.supervision.policy.points import SHIPPED, PointsRules, content_of, read_draft, rules_of
from tocsin.supervision.queries.points import Reckoned, last_day, recompute
from tocsin.supervision.queries.points_policy import visible_policies
from tocsin.supervision.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.models import User


@transaction.atomic
def draft_policy(*, actor: "User", region_code: str, version: str, text: str, reason: str = "") -> PointsPolicy:
    """A new version from a TOML text of the form of `points.toml`, for a region and all below it.

    NotAllowed without the right to edit policy or to lead there; InvalidInput names the key or the sum that does not fit;
    Conflict for a name that is taken.
    """
    _require_editor(actor, region_code)
    name = version.strip()
    if not 3 <= len(name) <= 40 or name.startswith(SHIPPED) or not name.replace("-", "").replace(".", "").isalnum():
        raise InvalidInput(_("A version has a name of 3 to 40 letters, digits, dots and hyphens, not beginning with “shipped”."))
    if PointsPolicy.objects.filter(version=name).exists():
        raise Conflict(_("There is a version of this name already."))
    rules = read_draft(text)
    policy = PointsPolicy.objects.create(
        version=name,
        region_code=region_code,
        content=content_of(rules),
        reason=reason.strip()[:500],
        made_at=settings.CONFIGURATION.clock.now(),
        made_by=actor,
    )
    record_audit(actor, "points_policy.drafted", "points_policy", policy.pk, region_code, {"version": name})
    return policy


def simulate_policy(*, actor: "User", policy_id: UUID) -> PointsPolicy:
    """What the draft would have made of the last days: how many objects would show another colour, from which to which, and who.

    Reckoned from the stored inputs of each day. What policy counts by kinds of task (`rules`, `check_rules`) is as it was.
    PointsPolicy.DoesNotExist out of reach; Conflict where no day has been scored yet.
    """
    policy = visible_policies(actor).get(pk=policy_id)
    _require_editor(actor, policy.region_code)
    until = last_day()
    if until is None:
        raise Conflict(_("No day has been scored yet: there is no history to try it on."))
    found = try_on_history(rules_of(policy.content), policy.region_code, until=until)
    with transaction.atomic():
        held = PointsPolicy.objects.select_for_update().get(pk=policy.pk)
        held.simulated = found
        held.save(update_fields=["simulated"])
        record_audit(actor, "points_policy.simulated", "points_policy", held.pk, held.region_code, {"changed": found["changed"]})
    return held


@transaction.atomic
def switch_on(*, actor: "User", policy_id: UUID, effective_from: date) -> PointsPolicy:
    """The version counts from a day that has not been scored; somebody other than who drafted it says so.

    Conflict for one that is on already, was never tried on history, or was drafted by the actor; InvalidInput for a day that is
    scored or past.
    """
    visible = visible_policies(actor).get(pk=policy_id)
    require(actor, rights.LEAD, visible.region_code)
    policy = PointsPolicy.objects.select_for_update().get(pk=visible.pk)
    if policy.effective_from is not None:
        raise Conflict(_("This version is on already."))
    if policy.made_by_id == actor.pk:
        raise Conflict(_("Another person switches it on, not who drafted it."))
    if not policy.simulated:
        raise Conflict(_("Try it on history first."))
    today = timezone.localtime(settings.CONFIGURATION.clock.now()).date()
    begun = PointsRun.objects.values_list("day", flat=True).first()
    if effective_from < today or (begun is not None and effective_from <= begun):
        raise InvalidInput(_("Past days are never scored by new rules: choose today or a later day."))
    policy.effective_from, policy.switched_on_by = effective_from, actor
    policy.save(update_fields=["effective_from", "switched_on_by"])
    details = {"version": policy.version, "effective_from": str(effective_from), "changed": policy.simulated.get("changed")}
    record_audit(actor, "points_policy.switched_on", "points_policy", policy.pk, policy.region_code, details)
    return policy


def try_on_history(rules: PointsRules, region_code: str, *, until: date) -> dict[str, Any]:
    """The result of a simulation as plain JSON; at most so many rows as policy says, every n-th object where there are more."""
    limits = rules.simulation
    known = PointsRun.objects.filter(day__lte=until, day__gt=until - timedelta(days=limits.days), ended_at__isnull=False)
    days = list(known.order_by("day").values_list("day", flat=True))
    objects = SupervisedObject.objects.filter(active=True, merged_into__isnull=True)
    ids = list(objects.filter(region_code__startswith=governing_prefix(region_code)).order_by("pk").values_list("pk", flat=True))
    step = max(1, -(-len(ids) * max(1, len(days)) // limits.most_rows))
    chosen = ids[::step]
    matrix: dict[str, int] = {}
    listed: list[dict[str, Any]] = []
    changed = looked_at = 0
    for start in range(0, len(chosen), 500):
        for rows in _histories(chosen[start : start + 500], days):
            looked_at += 1
            last, was = _replayed(rows, rules), rows[-1]
            move = f"{was.colour}>{last.colour}"
            matrix[move] = matrix.get(move, 0) + 1
            if last.colour != was.colour:
                changed += 1
                if len(listed) < limits.most_listed:
                    scores = {"score_before": was.score, "score_after": last.score}
                    listed.append({"object": str(was.object_id), "before": was.colour, "after": last.colour, **scores})
    return {
        "first": days[0].isoformat() if days else "",
        "until": until.isoformat(),
        "objects": len(ids),
        "looked_at": looked_at,
        "every": step,
        "changed": changed,
        "matrix": matrix,
        "list": listed,
    }


def _histories(ids: list[UUID], days: list[date]) -> Iterable[list[LedgerDay]]:
    """The rows that count, by object, oldest first."""
    rows = LedgerDay.objects.filter(day__in=days, object_id__in=ids).order_by("object_id", "day", "revision")
    found: dict[UUID, dict[date, LedgerDay]] = {}
    for row in rows:
        found.setdefault(row.object_id, {})[row.day] = row
    return [list(one.values()) for one in found.values()]


def _replayed(rows: list[LedgerDay], rules: PointsRules) -> Reckoned:
    """The last of these days under other rules, beginning where the object stood on the first."""
    again = Reckoned(0, 0, "grey", rows[0].standing, "grey", (0, 0, 0), "")
    for row in rows:
        again = recompute(row, again, rules)
    return again


def _require_editor(actor: "User", region_code: str) -> None:
    if not (may(actor, rights.EDIT_POLICY, region_code) or may(actor, rights.LEAD, region_code)):
        raise NotAllowed(_("This needs the right to edit policy in region %(region)s.") % {"region": region_code or "–"})
