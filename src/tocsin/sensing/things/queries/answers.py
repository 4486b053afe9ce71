"""What an address and its options lead to: a page of a set, or one entity, with its expansions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import Person
from tocsin.sensing.things.queries.observations import (
    MOST_SENSORS,
    newest_behind,
    observation_of,
    observations_anywhere,
    observations_of,
)
from tocsin.sensing.things.queries.registry import Page, Row, entities_of, page_of, pages_behind
from tocsin.sensing.things.queries.sets import EntitySet, entity_set, fields_of
from tocsin.sensing.things.rules.addresses import Address, Step
from tocsin.sensing.things.rules.entities import Entity
from tocsin.sensing.things.rules.options import Question


def answer_of(person: Person, address: Address, question: Question, now: datetime) -> Page:
    """The page; of one entity for an address that leads to one. ObjectDoesNotExist where nothing within reach is there."""
    before: Row | None = None
    parent: Entity | None = None
    for step in address.steps[:-1]:
        before, parent = _one(person, step, parent, before), step.entity
    last = address.steps[-1]
    page = _set(person, last, parent, before, question, now) if address.is_set else Page([_one(person, last, parent, before)])
    _expand(person, last.entity, page.rows, question, now)
    return page


def _set(person: Person, step: Step, parent: Entity | None, before: Row | None, question: Question, now: datetime) -> Page:
    if step.entity.name != "Observations":
        there = entity_set(person, step.entity.name)
        return page_of(there, _rows(there, step, parent, before), question, now)
    if before is None:
        return observations_anywhere(person, question, now)
    return observations_of(person, before["_fields"]["index"], question, now)


def _rows(there: EntitySet, step: Step, parent: Entity | None, before: Row | None) -> QuerySet[Any]:
    rows = there.rows
    if parent is not None and before is not None:
        target, own = fields_of(parent.name, step.link)
        rows = rows.filter(**{target: before["_fields"][own]})
    return rows if step.key is None else rows.filter(**{there.key: step.key})


def _one(person: Person, step: Step, parent: Entity | None, before: Row | None) -> Row:
    if step.entity.name == "Observations":
        found = observation_of(person, str(step.key))
        if found is None or (before is not None and before["_fields"]["index"] != found["_fields"]["index"]):
            raise ObjectDoesNotExist
        return found
    there = entity_set(person, step.entity.name)
    rows = entities_of(there, _rows(there, step, parent, before))
    if not rows:
        raise ObjectDoesNotExist
    return rows[0]


def _expand(person: Person, entity: Entity, rows: Sequence[Row], question: Question, now: datetime) -> None:
    """Puts what the links lead to into the rows, level by level: a few queries for all rows of a level."""
    for expansion in question.expansions if rows else ():
        if expansion.question.entity.name == "Observations":
            own, pages = "index", _observations(person, rows, expansion.question, now)
        else:
            target, own = fields_of(entity.name, expansion.link)
            keys = list({row["_fields"][own]: None for row in rows})
            there = entity_set(person, expansion.question.entity.name)
            pages = pages_behind(there, target, keys, expansion.question, now)
        for row in rows:
            row.setdefault("_links", {})[expansion.link] = pages.get(row["_fields"][own], Page([]))
        below = [row for page in pages.values() for row in page.rows]
        _expand(person, expansion.question.entity, below, expansion.question, now)


def _observations(person: Person, rows: Sequence[Row], question: Question, now: datetime) -> dict[int, Page]:
    sensors = sorted({row["_fields"]["index"] for row in rows})
    if len(sensors) > MOST_SENSORS:
        raise InvalidInput(
            "Observations of %(most)d Datastreams at most are told together: ask for fewer by $top.", most=MOST_SENSORS
        )
    return newest_behind(person, sensors, question, now)
