"""Findings as people and programs read them."""

from collections.abc import Mapping
from typing import Any

from tocsin.warning.causes.rules import told_percent
from tocsin.warning.causes.shown.labels import cause_label, finding_words
from tocsin.warning.diagnosis.models import Finding
from tocsin.warning.diagnosis.shown.diagnoses import describe_owner


def describe_finding(finding: Finding) -> dict[str, Any]:
    """What was found, by whom, and what had been shown first before."""
    return {
        "id": finding.pk,
        "cause": finding.cause,
        "label": finding_words(finding.cause, finding.cause_in_words),
        "cause_in_words": finding.cause_in_words,
        "asset_code": finding.asset_code,
        "lon": finding.lon,
        "lat": finding.lat,
        "owner": describe_owner(finding.owner, finding.region_code),
        "found_by": finding.found_by,
        "found_at": finding.found_at,
        "text": finding.text,
        "recorded_by": str(finding.recorded_by),
        "recorded_at": finding.recorded_at,
        "replaced_at": finding.replaced_at,
        "shown_when_taken": _describe_shown(finding.dispatched),
        "shown_last": _describe_shown(finding.last),
    }


def _describe_shown(shown: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if shown is None:
        return None
    cause, probability, _owner = shown["ranking"][0]
    return {"cause": cause, "label": cause_label(cause), "probability": probability, "percent": told_percent(probability)}
