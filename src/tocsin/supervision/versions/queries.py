"""Versions of edited policies as the reader may see them, and those that are in force."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE, governing_prefix
from tocsin.jurisdiction.face import may_anywhere, scope
from tocsin.records.face import midnight, versions_of
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.versions.models import PolicyTrial
from tocsin.supervision.versions.rules import SHIPPED

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.records.face import PolicyVersion


def policy_name(subject: str) -> str:
    """What the policy of a subject is called among all policy."""
    return f"supervision.{subject}"


def visible_versions(user: "Person", subject: str) -> "QuerySet[PolicyVersion]":
    """Versions of the areas that the user sees, and those that hold everywhere; newest first."""
    rows = versions_of(policy_name(subject))
    if not may_anywhere(user, rights.SEE):
        return rows.none()
    seen = scope(rows, user, rights.SEE).order_by().values("pk")
    return rows.filter(Q(pk__in=seen) | Q(region_code=EVERYWHERE)).order_by("-made_at")


def versions_in_force(subject: str, day: date) -> "list[tuple[str, PolicyVersion]]":
    """(prefix of the region codes it holds for, version) of that day, the narrowest first.

    The narrower region wins, what a city made wins over what is shipped, then the newer one.
    """
    rows = versions_of(policy_name(subject)).filter(effective_from__lte=midnight(day))
    found = {
        (governing_prefix(row.region_code), not row.version.startswith(SHIPPED), str(row.effective_from), row.pk): row
        for row in rows
    }
    best = {prefix: row for (prefix, *_order), row in sorted(found.items(), key=lambda one: one[0])}
    return sorted(best.items(), key=lambda one: -len(one[0]))


def version_of(subject: str, version: str) -> "PolicyVersion":
    """The version of that name."""
    return versions_of(policy_name(subject)).get(version=version)


def newest_trial(version: "PolicyVersion") -> PolicyTrial | None:
    """The trial on history that was asked for last."""
    return PolicyTrial.objects.filter(version=version).first()
