"""Attachments of an object, for whoever may read it."""

import functools
import operator
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed
from tocsin.records.attachments.models import Attachment

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


MayRead = Callable[["Person", str], bool]
"""Whether a person may read the object of an id (and with it what is attached to it)."""


def attachments_of(object_type: str, object_id: str | UUID) -> QuerySet[Attachment]:
    """What is attached to an object, in the order of keeping; for whoever may read the object itself."""
    return Attachment.objects.filter(object_type=object_type, object_id=str(object_id)).order_by("at", "pk")


def attachments_of_all(objects: Iterable[tuple[str, UUID]]) -> QuerySet[Attachment]:
    """The same of several objects, given as type and id. One query."""
    ids: dict[str, list[str]] = {}
    for object_type, object_id in objects:
        ids.setdefault(object_type, []).append(str(object_id))
    wanted = [Q(object_type=object_type, object_id__in=known) for object_type, known in ids.items()]
    return Attachment.objects.filter(functools.reduce(operator.or_, wanted, Q(pk__in=()))).order_by("at", "pk")


def readable_attachment(user: "Person", attachment_id: UUID) -> Attachment:
    """One attachment, where the capability of its object lets the user read that object; NotAllowed otherwise, also for none."""
    attachment = Attachment.objects.filter(pk=attachment_id).first()
    guard = settings.ATTACHED_TO.get(attachment.object_type) if attachment else None
    if attachment is not None and guard is not None:
        may_read: MayRead = import_string(guard.replace(":", "."))
        if may_read(user, attachment.object_id):
            return attachment
    raise NotAllowed(_("There is no such attachment, or your roles do not reach it."))
