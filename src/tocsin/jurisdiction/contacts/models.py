"""How desks, posts and people are reached, as rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tocsin.base.ids import new_id
from tocsin.jurisdiction.areas.models import reads_chinese
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User

CONTACT_KINDS = {
    "screen": _("screen"),
    "telephone": _("telephone"),
    "sms": _("text message"),
    "voice": _("call by machine"),
    "email": _("e-mail"),
    "web_push": _("push to the browser"),
    "messenger": _("messenger"),
    "webhook": _("webhook"),
}


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
    kind = models.CharField(max_length=20, choices=CONTACT_KINDS)
    address = models.CharField(max_length=500)
    order = models.PositiveSmallIntegerField(default=1)
    hours = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

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


class ContactPreference(models.Model):
    """What a person chose: kinds of contact points by alarm level (`{"yellow": ["sms", "email"]}`), and quiet hours."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="contact_preference")
    kinds = models.JSONField(default=dict, blank=True)
    quiet_hours = models.CharField(max_length=200, blank=True)
