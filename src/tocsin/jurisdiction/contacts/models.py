"""How desks, posts and people are reached, as rows."""

from functools import cache

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.base.ids import new_id
from tocsin.jurisdiction.areas.models import reads_chinese
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts.rules import SCREEN, TELEPHONE, ContactKind, is_number, last_digits
from tocsin.jurisdiction.people.models import User

OWN_KINDS = (
    ContactKind(SCREEN, _("screen"), pgettext_lazy("channel", "screen"), lambda address: True, coded=False),
    ContactKind(
        TELEPHONE,
        _("telephone"),
        pgettext_lazy("channel", "telephone"),
        is_number,
        dialled=True,
        open=True,
        short=last_digits,
        coded=False,
    ),
)
"""Kinds that need no channel: the row is what the screen shows, and the telephone is dialled by a person."""


@cache
def _kinds(channels: tuple[str, ...]) -> dict[str, ContactKind]:
    kinds = (*OWN_KINDS, *(import_string(name.replace(":", ".")).kind for name in channels))
    return {kind.code: kind for kind in kinds}


def contact_kinds() -> dict[str, ContactKind]:
    """Every kind of contact points by its code: our own, and one for each channel of `settings.CHANNELS`."""
    return _kinds(tuple(settings.CHANNELS))


def open_kinds() -> list[str]:
    """Kinds whose address is no key to anything: it may stand in the telephone book and the audit trail."""
    return [code for code, kind in contact_kinds().items() if kind.open]


def dialled_kinds() -> list[str]:
    """Kinds whose address is a number."""
    return [code for code, kind in contact_kinds().items() if kind.dialled]


def shortened(kind: str, address: str) -> str:
    """What everybody may read of an address of this kind; nothing of one whose channel is no longer there."""
    known = contact_kinds().get(kind)
    return "" if known is None else known.short(address)


class Post(models.Model):
    """A place in an organisation that somebody fills, known by its name alone: who has no account is reached by it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="posts")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)

    class Meta:
        ordering = ["organisation_id", "name_zh"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name_zh"], name="one_post_per_name_and_organisation")]

    def __str__(self) -> str:
        return self.name_zh if reads_chinese() else self.name_en


class ContactPoint(models.Model):
    """One way to reach an organisation's desk, one of its posts, or a person (then `organisation` is empty)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="contact_points")
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="contact_points")
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=20)  # a code of `contact_kinds`
    address = models.CharField(max_length=500)
    order = models.PositiveSmallIntegerField(default=1)
    hours = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, default=timezone.now)  # null: it does not count yet
    code_asked_at = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "kind", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False, post__isnull=True, user__isnull=True)
                | models.Q(organisation__isnull=True, post__isnull=False, user__isnull=True)
                | models.Q(organisation__isnull=True, post__isnull=True, user__isnull=False),
                name="contact_point_of_desk_post_or_person",
            )
        ]

    @property
    def kind_words(self) -> str:
        """What its kind is called; the code where its channel is no longer there."""
        kind = contact_kinds().get(self.kind)
        return self.kind if kind is None else str(kind.words)

    @property
    def signing_key(self) -> str:
        """The key by which its receiver checks what comes; empty where its kind has none."""
        kind = contact_kinds().get(self.kind)
        return kind.signing_key(self.pk) if kind is not None and kind.signing_key is not None else ""


class ContactPreference(models.Model):
    """What a person chose: kinds of contact points by alarm level (`{"yellow": ["sms", "email"]}`), and quiet hours."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="contact_preference")
    kinds = models.JSONField(default=dict, blank=True)
    quiet_hours = models.CharField(max_length=200, blank=True)
