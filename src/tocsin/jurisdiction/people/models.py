"""People, their programs' keys and failed sign-ins as rows."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from tocsin.base.ids import new_id
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.rights.rules import Permission


class UserManager(BaseUserManager["User"]):
    """Makes accounts. Rights come from grants alone: there is no superuser."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A saved account; without a password it can't log in."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account, or the machine itself (`system`), who never logs in.

    Roles, contact points and saved views of lists hang on it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=60, unique=True, verbose_name=_("user name"))
    name = models.CharField(max_length=120, blank=True, verbose_name=_("name"))
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="people", verbose_name=_("organisation")
    )
    language = models.CharField(max_length=10, blank=True, verbose_name=_("language"))
    must_change_password = models.BooleanField(default=False)
    break_glass = models.BooleanField(default=False)  # for the worst night: no second step, each use marked
    is_active = models.BooleanField(default=True)
    left_at = models.DateTimeField(null=True)  # the account was closed then
    locked_at = models.DateTimeField(null=True)  # its person said then that somebody else was in; a new password opens it
    date_joined = models.DateTimeField(auto_now_add=True)

    token_scopes: frozenset[Permission] | None = None
    """The permissions of the token that this request came with; None for a person at a screen."""
    token_organisation_id: UUID | None = None
    # Of the machine's own account: the region beyond which it does not reach now (`services.system.system_actor`).
    acts_within: str = EVERYWHERE
    """The one organisation whose rows that token reaches; None where it is not so narrow."""
    token_region_code: str = ""
    """The one region whose rows that token reaches; empty where it is not so narrow."""
    token_id: UUID | None = None
    """Which token it is; None for a person at a screen."""

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def itself(self) -> "User":
        """This account; of `request.user`, a proxy that every look at a field goes through, the account behind it."""
        return self

    def get_full_name(self) -> str:
        """What others read: the name, else the user name."""
        return str(self)

    def get_short_name(self) -> str:
        """The user name."""
        return self.username


class ApiToken(models.Model):
    """A program's key to the API in a person's name, narrower than the person. Only the SHA-256 of the secret is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, verbose_name=_("name"))
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)  # permissions
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")  # only what concerns it
    region_code = models.CharField(max_length=6, default="")  # only there and below; empty: wherever its person may
    sources = models.JSONField(default=list)  # networks from which it may come; none: from anywhere
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    last_refused_at = models.DateTimeField(null=True)
    last_refused_from = models.CharField(max_length=45, default="")

    class Meta:
        ordering = ["-created_at"]


class KnownBrowser(models.Model):
    """A browser with which its person has signed in. Only the SHA-256 of its cookie is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="browsers")
    browser = models.CharField(max_length=64)
    user_agent = models.CharField(max_length=200)
    address = models.CharField(max_length=45, default="")  # of the last sign-in
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "browser"], name="browser_of_a_person_once")]


class LoginFailure(models.Model):
    """One try at a password or code that has not been right: written before it is looked at, taken back where it was right.

    What the brake on guessing counts: those from a browser that the person used before by that browser, all others by account
    and network.
    """

    username = models.CharField(max_length=60)
    address = models.CharField(max_length=45)  # an IPv4 address, or the /64 of an IPv6 address
    browser = models.CharField(max_length=64, default="")  # `KnownBrowser.browser`; empty for strangers; of a wrong key its kind
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["username", "at"], name="login_failure_by_name"),
            models.Index(fields=["address", "at"], name="login_failure_by_address"),
        ]
