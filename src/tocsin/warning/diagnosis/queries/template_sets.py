"""Which causes a region is judged with: the set that a person switched on last, else the file that comes with the program."""

import logging
import math
import tomllib
from functools import lru_cache
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.engine.diagnosis.templates import Templates
from tocsin.warning.causes.policy.causes import CAUSES_FILE, read_templates, shipped_templates
from tocsin.warning.diagnosis.models import TemplateSet
from tocsin.warning.diagnosis.queries import replays as queries

log = logging.getLogger(__name__)

LONGEST = 300_000
"""Characters of an edited text; the file of the program has about a sixth of that."""


def templates_in_force(region_code: str) -> Templates:
    """The causes as they stand, without learnt priors. A set that this version can't read is told in the log, and not used."""
    return templates_of(queries.template_set_in_force(region_code))


def templates_of(chosen: TemplateSet | None) -> Templates:
    """Those of a set, of the program for None and for an empty one."""
    if chosen is None or not chosen.text:
        return shipped_templates()
    return _read_set(chosen.pk, chosen.text)


def text_of(chosen: TemplateSet | None) -> str:
    """The text that one edits."""
    return chosen.text if chosen is not None and chosen.text else CAUSES_FILE.read_text(encoding="utf-8")


def parse_templates(text: str) -> Templates:
    """Templates of an edited text. InvalidInput says what is wrong with it; causes are those that the program has words for."""
    if len(text) > LONGEST:
        raise InvalidInput(_("The text is longer than %(longest)d characters.") % {"longest": LONGEST})
    try:
        templates = read_templates(tomllib.loads(text), _("edited causes"))
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(_("This can't be read as TOML: %(error)s") % {"error": error}) from None
    except (TypeError, ValueError, AttributeError, OverflowError) as error:  # a value of another kind than its key wants
        raise InvalidInput(_("A value is of the wrong kind: %(error)s") % {"error": error}) from None
    known = {template.cause: template for template in shipped_templates().causes}
    for template in templates.causes:
        if template.cause not in known:
            words = {"cause": template.cause, "known": ", ".join(sorted(known))}
            raise InvalidInput(_("There are no words for the cause %(cause)s; known are %(known)s.") % words)
    missing = sorted(set(shipped_templates().figures) - set(templates.figures))
    if not templates.causes or missing:
        raise InvalidInput(_("These are missing: %(missing)s.") % {"missing": ", ".join(missing) or "cause"})
    if not (all(map(math.isfinite, _weights(templates))) and templates.temper > 0 and templates.baseline_h > 0):
        raise InvalidInput(_("Weights are finite numbers; temper and baseline_h lie above 0."))
    return templates


def _weights(templates: Templates) -> list[float]:
    weights = [templates.temper, templates.unknown, templates.baseline_h, *templates.figures.values()]
    for one in templates.causes:
        weights += [one.prior, one.other_symptom, one.within_h, one.radius_m, *one.radius_of.values(), *one.symptoms.values()]
        weights += [weight for entry in one.evidence.values() for weight in (entry.present, entry.absent)]
    return weights


@lru_cache(maxsize=8)
def _read_set(identity: UUID, text: str) -> Templates:
    """A row is never changed: it is read once."""
    try:
        return parse_templates(text)
    except InvalidInput:
        log.exception("the set of causes %s can't be read by this version: the causes of the program are used", identity)
        return shipped_templates()
