"""Random draws: candidates and terms are fixed, then a witness's words, then the seed; their hashes are published. Only then the
draw is made, by the witness, and shown whole.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.keys import Purpose, key_for, keys_of
from tocsin.jurisdiction.face import people_who_may, require, require_person_at_screen
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.inspections.models import Draw
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.queries.checklists import list_for
from tocsin.supervision.inspections.queries.draws import candidates_for, drawn_again, plain_result, visible_draws
from tocsin.supervision.inspections.rules.draws import Drawn, digest, digest_of, digest_of_terms, digest_of_words, full_seed
from tocsin.supervision.inspections.rules.inspections import InspectionSource
from tocsin.supervision.inspections.services.opening import make_inspection
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

LEAST_WORDS: Final = 12  # characters of a witness's words: fewer could be found out from their hash


@transaction.atomic
def publish_draw(
    *,
    actor: "User",
    region_code: str,
    name: str,
    trade_codes: Iterable[str],
    count: int,
    witness_id: UUID,
    planned_for: date,
    without: Iterable[UUID] = (),
    why: str = "",
) -> Draw:
    """Fixes who may be drawn and on which terms, names the witness, and publishes the hashes. There is no seed yet.

    `without`: inspectors who are taken out (leave, illness, a conflict), with the reason, which is published too. Whoever
    publishes the draw, and its witness, are never drawn. `planned_for`: the day of the inspections.

    InvalidInput where there is nothing to draw from, or the witness is nobody else who sees supervision there.
    """
    require(actor, rights.LEAD, region_code)
    chosen = sorted(set(trade_codes))
    if not name.strip() or set(chosen) - set(trades()):
        raise InvalidInput(_("A draw needs a name, and trades that are known."))
    if not 1 <= count <= inspection_policy().draw.most_objects:
        raise InvalidInput(_("Draw 1 to %(most)d objects.") % {"most": inspection_policy().draw.most_objects})
    out = {one: why.strip()[:200] for one in without if one != actor.pk}
    if out and not why.strip():
        raise InvalidInput(_("Say why inspectors are taken out of the draw."))
    if out.keys() - {one.pk for one in people_who_may(rights.INSPECT, region_code)}:
        raise InvalidInput(_("Only inspectors of the draw's area can be taken out of it."))
    witness = next((one for one in people_who_may(rights.SEE, region_code) if one.pk == witness_id), None)
    if witness is None or witness.pk == actor.pk:
        raise InvalidInput(_("The witness is another person who sees supervision in that area."))
    out |= {actor.pk: _("publishes the draw"), witness.pk: _("is the witness of the draw")}
    candidates = candidates_for(region_code, chosen, out)
    if not candidates["objects"] or len(candidates["inspectors"]) < inspection_policy().draw.inspectors:
        raise InvalidInput(_("There are too few objects or inspectors to draw from."))
    terms: dict[str, Any] = {
        "trades": chosen,
        "count": count,
        "inspectors": inspection_policy().draw.inspectors,
        "planned_for": planned_for.isoformat(),
        "without": [[str(one), reason] for one, reason in sorted(out.items(), key=lambda row: str(row[0]))],
        "weights": {k.value: v for k, v in inspection_policy().draw.weights.items()},
    }
    draw = Draw.objects.create(
        region_code=region_code,
        name=name.strip()[:120],
        made_at=current_time(),
        made_by=actor,
        witness=witness,
        terms=terms,
        terms_sha256=digest_of_terms(terms),
        candidates=candidates,
        candidates_sha256=digest_of(candidates),
    )
    told = {"name": draw.name, "terms": draw.terms_sha256, "candidates": draw.candidates_sha256, "without": terms["without"]}
    record_audit(actor, "draw.published", "draw", draw.pk, region_code, told)
    return draw


@transaction.atomic
def commit_words(*, actor: "User", draw_id: UUID, words: str) -> Draw:
    """The witness signs: only the hash of the words is kept, and from it, the terms and the candidates the seed is made.

    So the words are fixed before there is a seed, and the seed before anybody else knows the words: who keeps the installation's
    secret can try neither. Conflict for words that are committed; InvalidInput for words that could be guessed.
    """
    draw = _locked(actor, draw_id)
    if draw.witness_sha256:
        raise Conflict(_("The words are committed already; they are said at the draw."))
    if len(words.strip()) < LEAST_WORDS:
        raise InvalidInput(_("At least %(least)d characters that nobody guesses.") % {"least": LEAST_WORDS})
    draw.witness_sha256 = digest_of_words(str(draw.pk), words.strip())
    draw.commitment = digest(_seed_of(draw, key_for(Purpose.DRAWS)))
    draw.save(update_fields=["witness_sha256", "commitment"])
    told = {"name": draw.name, "witness": draw.witness_sha256, "commitment": draw.commitment}
    record_audit(actor, "draw.witnessed", "draw", draw.pk, draw.region_code, told)
    return draw


@transaction.atomic
def make_draw(*, actor: "User", draw_id: UUID, words: str) -> Draw:
    """The witness says the committed words: drawn, published whole, and an inspection of each drawn object planned.

    Conflict for a draw that was made or whose words are not committed; InvalidInput for other words than those.
    """
    draw = _locked(actor, draw_id)
    if not draw.witness_sha256:
        raise Conflict(_("First the witness commits words."))
    said = words.strip()
    if digest_of_words(str(draw.pk), said) != draw.witness_sha256:
        raise InvalidInput(_("These are not the words that were committed."))
    seeds = (_seed_of(draw, key) for key in keys_of(Purpose.DRAWS, made_at=draw.made_at))
    seed = next((one for one in seeds if digest(one) == draw.commitment), None)
    if seed is None or digest_of_terms(draw.terms) != draw.terms_sha256 or digest_of(draw.candidates) != draw.candidates_sha256:
        raise Conflict(_("The seed no longer fits what was published: publish a new draw."))
    draw.terms = {**draw.terms, "witness": said}
    drawn = drawn_again(draw, full_seed(seed, said))
    draw.seed, draw.drawn_at, draw.result = seed, current_time(), plain_result(drawn)
    draw.save()
    _plan(draw, drawn)
    told = {"name": draw.name, "seed": seed, "witness": said, "objects": len(drawn)}
    record_audit(actor, "draw.made", "draw", draw.pk, draw.region_code, told)
    return draw


def _plan(draw: Draw, drawn: Iterable[Drawn]) -> None:
    """An inspection of each drawn object, in the name of who published the draw; one that waited too long is for today."""
    now = current_time()
    day = max(date.fromisoformat(str(draw.terms["planned_for"])), timezone.localdate(now))
    objects = SupervisedObject.objects.in_bulk([UUID(one.object_id) for one in drawn])
    people = get_user_model()._default_manager.in_bulk([UUID(each) for one in drawn for each in one.inspector_ids])
    for one in drawn:
        found = objects.get(UUID(one.object_id))
        pair = [people[UUID(each)] for each in one.inspector_ids if UUID(each) in people]
        if found is None or not pair:
            continue  # nobody is free of a conflict: shown on the page as such
        make_inspection(
            actor=draw.made_by,
            supervised_object=found,
            first=pair[0],
            second=pair[1] if len(pair) > 1 else None,
            check_list=list_for(found),
            source=InspectionSource.DRAW,
            planned_for=day,
            now=now,
            draw=draw,
        )


def _locked(actor: "User", draw_id: UUID) -> Draw:
    """A draw that waits for its witness, who is at the screen; Draw.DoesNotExist out of reach, NotAllowed for anybody else."""
    seen = visible_draws(actor).get(pk=draw_id)
    require_person_at_screen(actor)
    draw = Draw.objects.select_for_update(of=("self",)).select_related("made_by").get(pk=seen.pk)
    if draw.drawn_at is not None:
        raise Conflict(_("This draw has been made already."))
    if not draw.terms_sha256:
        raise Conflict(_("This draw was published without a witness: publish a new one."))
    if draw.witness_id != actor.pk:
        raise NotAllowed(_("Only the witness of this draw does this."))
    return draw


def _seed_of(draw: Draw, key: bytes) -> str:
    told = f"draw:{draw.pk}:{draw.terms_sha256}:{draw.candidates_sha256}:{draw.witness_sha256}"
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()
