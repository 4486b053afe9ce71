"""People, their rights and their programs' keys as rows."""

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from tocsin.base.ids import new_id
from tocsin.jurisdiction.models.organisations import Organisation
from tocsin.jurisdiction.rules import Permission, Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROLE_NAMES = {
    Role.VIEWER: _("viewer"),
    Role.DUTY_OFFICER: _("duty officer"),
    Role.SHIFT_LEADER: _("leader on shift"),
    Role.ANALYST: _("analyst"),
    Role.UNIT_DESK: _("owner unit's desk"),
    Role.UTILITY_CREW: _("utility crew"),
    Role.INSPECTOR: _("inspector"),
    Role.SUPERVISOR: _("head of supervision"),
    Role.FIRM_OFFICER: _("safety officer of a firm"),
    Role.RULE_ENGINEER: _("rule engineer"),
    Role.SYSTEM_ADMINISTRATOR: _("system administrator"),
    Role.SECURITY_ADMINISTRATOR: _("security administrator"),
    Role.AUDIT_ADMINISTRATOR: _("audit administrator"),
    Role.AUTOMATION: _("automation"),
}


PERMISSION_NAMES: "dict[Permission, StrOrPromise]" = {
    "alarms.see": _("see alarms"),
    "alarms.handle": _("acknowledge, shelve, assign and comment alarms"),
    "diagnosis.see": _("see diagnoses"),
    "cases.see": _("see cases"),
    "cases.handle": _("merge, split and comment cases"),
    "cases.lead": _("declare, raise to a warning, sign reports, start plans"),
    "orders.work": _("sign for and work on orders"),
    "findings.record": _("enter measurements, answers and findings"),
    "duty.keep": _("keep the shift log, hand over, enter telephone calls"),
    "rosters.manage": _("plan who is on call"),
    "plans.edit": _("change response plans"),
    "drills.run": _("run drills"),
    "supervision.see": _("see supervised objects, their codes and their work"),
    "supervision.manage": _("keep the register of supervised objects, meters and platforms"),
    "supervision.lead": _("order and lift stops, grant extensions, decide appeals, draw"),
    "inspections.work": _("inspect and record hidden dangers"),
    "presence.see": _("see who is on post in firms"),
    "firm.work": _("do the tasks of one's own firm"),
    "channels.manage": _("set up channels of notice"),
    "sensors.see": _("see devices and sensors"),
    "sensors.manage": _("register and change devices and sensors"),
    "assets.see": _("see networks"),
    "assets.manage": _("load and change networks"),
    "history.see": _("see the history of readings"),
    "quarantine.see": _("see unreadable messages"),
    "policy.edit": _("change limits and rules"),
    "causes.replay": _("judge past alarms again with edited causes"),
    "causes.switch": _("switch edited causes on"),
    "organisations.see": _("see organisations and telephone numbers"),
    "organisations.manage": _("enter and change organisations"),
    "people.see": _("see people"),
    "people.manage": _("make and close accounts"),
    "roles.grant": _("give and take roles"),
    "audit.see": _("read the audit trail"),
}


class UserManager(BaseUserManager["User"]):
    """Makes accounts. Rights come from grants alone: there is no superuser."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A saved account; without a password it can't log in."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account, or the machine itself (`system`), who never logs in."""

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
    date_joined = models.DateTimeField(auto_now_add=True)

    token_scopes: frozenset[Permission] | None = None
    """The permissions of the token that this request came with; None for a person at a screen."""
    token_organisation_id: UUID | None = None
    """The one organisation whose rows that token reaches; None where it is not so narrow."""

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """What others read: the name, else the user name."""
        return str(self)

    def get_short_name(self) -> str:
        """The user name."""
        return self.username


class Grant(models.Model):
    """One role of one person in one region."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30, choices=ROLE_NAMES)
    region_code = models.CharField(max_length=6)
    granted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["region_code", "role"]
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "region_code"], name="one_grant_per_person_role_and_region")
        ]


class ApiToken(models.Model):
    """A program's key to the API in a person's name, narrower than the person. Only the SHA-256 of the secret is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, verbose_name=_("name"))
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)  # permissions
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")  # only what concerns it
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]


class LoginFailure(models.Model):
    """One wrong password: what the brake on guessing counts."""

    username = models.CharField(max_length=60)
    address = models.CharField(max_length=45)  # the longest IPv6 text
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["username", "at"], name="login_failure_by_name"),
            models.Index(fields=["address", "at"], name="login_failure_by_address"),
        ]
