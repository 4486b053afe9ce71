"""Random draws: candidates and seed are fixed and their hashes published; only then the draw is made, and shown whole."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import new_id
from tocsin.base.keys import Purpose, key_for, keys_of
from tocsin.jurisdiction.face import people_who_may, require
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.inspections.models import Draw
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.queries.checklists import list_for
from tocsin.supervision.inspections.queries.draws import candidates_for, drawn_again, plain_result, visible_draws
from tocsin.supervision.inspections.rules.draws import digest, digest_of, full_seed
from tocsin.supervision.inspections.rules.inspections import InspectionSource
from tocsin.supervision.inspections.services.opening import make_inspection
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def publish_draw(
    *,
    actor: "User",
    region_code: str,
    name: str,
    trade_codes: Iterable[str],
    count: int,
    without: Iterable[UUID] = (),
    why: str = "",
) -> Draw:
    """Fixes who may be drawn and by which seed, and publishes the hash of both. The seed itself stays secret until the draw.

    `without`: inspectors who are taken out (leave, illness, a conflict), with the reason, which is published too. Whoever
    publishes the draw is never drawn.

    The seed is made from the installation's secret and the draw's id, so that nobody can choose or keep it. InvalidInput where
    there is nothing to draw from.
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
    out[actor.pk] = _("publishes the draw")
    candidates = candidates_for(region_code, chosen, out)
    if not candidates["objects"] or len(candidates["inspectors"]) < inspection_policy().draw.inspectors:
        raise InvalidInput(_("There are too few objects or inspectors to draw from."))
    identity = new_id()
    draw = Draw.objects.create(
        id=identity,
        region_code=region_code,
        name=name.strip()[:120],
        made_at=current_time(),
        made_by=actor,
        commitment=digest(_seed_of(identity, key_for(Purpose.DRAWS))),
        terms={
            "trades": chosen,
            "count": count,
            "inspectors": inspection_policy().draw.inspectors,
            "without": [[str(one), reason] for one, reason in sorted(out.items(), key=lambda row: str(row[0]))],
            "weights": {k.value: v for k, v in inspection_policy().draw.weights.items()},
        },
        candidates=candidates,
        candidates_sha256=digest_of(candidates),
    )
    told = {
        "name": draw.name,
        "commitment": draw.commitment,
        "candidates": draw.candidates_sha256,
        "without": draw.terms["without"],
    }
    record_audit(actor, "draw.published", "draw", draw.pk, region_code, told)
    return draw


@transaction.atomic
def make_draw(*, actor: "User", draw_id: UUID, witness: str = "", planned_for: date) -> Draw:
    """Draws, publishes the seed, and plans an inspection of each drawn object for a day.

    `witness`: words or a number that somebody present says now; they go into the seed, so that not even the keeper of the
    installation's secret knew the result before. Conflict for a draw that was made.
    """
    visible = visible_draws(actor).get(pk=draw_id)
    require(actor, rights.LEAD, visible.region_code)
    draw = Draw.objects.select_for_update().get(pk=draw_id)
    if draw.drawn_at is not None:
        raise Conflict(_("This draw has been made already."))
    seeds = (_seed_of(draw.pk, key) for key in keys_of(Purpose.DRAWS, made_at=draw.made_at))
    seed = next((one for one in seeds if digest(one) == draw.commitment), None)
    if seed is None:
        raise Conflict(_("The seed no longer fits what was published: publish a new draw."))
    now = current_time()
    draw.terms = {**draw.terms, "witness": witness.strip()[:120]}
    drawn = drawn_again(draw, full_seed(seed, draw.terms["witness"]))
    draw.seed, draw.drawn_at, draw.result = seed, now, plain_result(drawn)
    draw.save()
    objects = SupervisedObject.objects.in_bulk([UUID(one.object_id) for one in drawn])
    people = get_user_model()._default_manager.in_bulk([UUID(each) for one in drawn for each in one.inspector_ids])
    for one in drawn:
        found = objects.get(UUID(one.object_id))
        pair = [people[UUID(each)] for each in one.inspector_ids if UUID(each) in people]
        if found is None or not pair:
            continue  # nobody is free of a conflict: shown on the page as such
        make_inspection(
            actor=actor,
            supervised_object=found,
            first=pair[0],
            second=pair[1] if len(pair) > 1 else None,
            check_list=list_for(found),
            source=InspectionSource.DRAW,
            planned_for=planned_for,
            now=now,
            draw=draw,
        )
    told = {"name": draw.name, "seed": seed, "witness": draw.terms["witness"], "objects": len(drawn)}
    record_audit(actor, "draw.made", "draw", draw.pk, draw.region_code, told)
    return draw


def _seed_of(identity: UUID, key: bytes) -> str:
    return hmac.new(key, f"draw:{identity}".encode(), hashlib.sha256).hexdigest()
