"""The perceptual hash of photos that were given as proof."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from tocsin.records.face import attachments_of_all
from tocsin.records.retention.rules import Part
from tocsin.supervision.objects.models import PhotoPrint

if TYPE_CHECKING:
    from tocsin.records.face import Prepared
    from tocsin.supervision.objects.models import SupervisedObject


def keep_print(attachment_id: UUID | None, supervised_object: "SupervisedObject", picture: "Prepared", now: datetime) -> None:
    """Keeps what the photo looks like, once; nothing for a PDF or a picture that shows nothing."""
    look = picture.checked.look
    if attachment_id is not None and look:
        PhotoPrint.objects.get_or_create(
            attachment_id=attachment_id, defaults={"object": supervised_object, "hash": look, "at": now}
        )


def prints_that_go(object_type: str, ids: Callable[[], Sequence[UUID]]) -> Part:
    """The hashes of photos of these objects; they go before the photos."""

    def attached() -> list[UUID]:
        return list(attachments_of_all((object_type, one) for one in ids()).values_list("pk", flat=True))

    return Part(lambda: PhotoPrint.objects.filter(attachment_id__in=attached()))
