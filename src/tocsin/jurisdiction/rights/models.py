"""Roles that people hold in an area, as rows."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tocsin.base.ids import new_id
from tocsin.jurisdiction.rights.rules import Permission, Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


ROLE_NAMES = {
    Role.VIEWER: _("viewer"),
    Role.LEADER: _("leader of an area"),
    Role.DUTY_OFFICER: _("duty officer"),
    Role.SHIFT_LEADER: _("leader on shift"),
    Role.ANALYST: _("analyst"),
    Role.UNIT_DESK: _("owner unit's desk"),
    Role.UTILITY_CREW: _("utility crew"),
    Role.INSPECTOR: _("inspector"),
    Role.SUPERVISOR: _("head of supervision"),
    Role.REPORT_OFFICER: _("officer for reports by the public"),
    Role.CASHIER: _("cashier"),
    Role.STORE_KEEPER: _("store keeper"),
    Role.SUPPLIES_HEAD: _("head of supplies"),
    Role.DATA_STEWARD: _("data steward"),
    Role.IDENTITY_KEEPER: _("keeper of an identity key"),
    Role.SECRECY_SUPERVISOR: _("supervisor of secrecy"),
    Role.FIRM_OFFICER: _("safety officer of a firm"),
    Role.VOLUNTEER: _("volunteer"),
    Role.RULE_ENGINEER: _("rule engineer"),
    Role.SYSTEM_ADMINISTRATOR: _("system administrator"),
    Role.SECURITY_ADMINISTRATOR: _("security administrator"),
    Role.AUDIT_ADMINISTRATOR: _("audit administrator"),
    Role.AUTOMATION: _("automation"),
}


PERMISSION_NAMES: "dict[Permission, StrOrPromise]" = {
    "alarms.see": _("see alarms"),
    "alarms.handle": _("acknowledge, shelve, assign and comment alarms"),
    "works.enter": _("announce planned works"),
    "overview.see": _("see figures of months and what they count, without persons"),
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
    "evidence.send": _("send records of a platform, by a token that is bound to it"),
    "supervision.lead": _("order and lift stops, grant extensions, decide appeals, draw"),
    "inspections.work": _("inspect and record hidden dangers"),
    "presence.see": _("see who is on post in firms"),
    "firm.work": _("do the tasks of one's own firm"),
    "weather.push": _("push the weather of hours"),
    "hazards.see": _("see reports by the public"),
    "identity.keep": _("hold one of two keys of sealed identities"),
    "secrecy.watch": _("be told whenever a sealed identity is opened"),
    "hazards.handle": _("take in, assign and answer reports by the public"),
    "rewards.propose": _("propose rewards for reports"),
    "rewards.agree": _("agree to rewards as a second person"),
    "figures.publish": _("publish and correct figures about reports by the public"),
    "rewards.pay": _("pay rewards out against a claim code"),
    "warnings.see": _("see public warnings"),
    "warnings.draft": _("draft public warnings"),
    "warnings.issue": _("issue and lift public warnings"),
    "warnings.push": _("send warnings of a service, by a token that is bound to it"),
    "warnings.knock": _("knock on doors where a public warning was read too little"),
    "volunteers.see": _("see volunteers, with their homes blurred, and what is needed of them"),
    "volunteers.call": _("ask for volunteers, call them and send them home"),
    "volunteers.manage": _("invite volunteers and take them in"),
    "volunteers.help": _("come to help when one is called"),
    "supplies.see": _("see emergency supplies, their stores and lots"),
    "supplies.reserve": _("reserve emergency supplies and free what is reserved"),
    "supplies.keep": _("receive, issue, move, count and repair supplies"),
    "supplies.lead": _("keep the catalogue of supplies and stores, recall lots, decide which reports are the same goods"),
    "supplies.requisition": _("sign requisitions of property and the compensation for it"),
    "channels.manage": _("set up channels of notice"),
    "sensors.see": _("see devices and sensors"),
    "sensors.manage": _("register and change devices and sensors"),
    "assets.see": _("see networks"),
    "assets.manage": _("load and change networks"),
    "exposure.see": _("see exposed bodies: buildings, schools, hospitals and who is in them"),
    "exposure.keep": _("keep the register of exposed bodies and population grids"),
    "map.keep": _("exchange the ground of the map"),
    "history.see": _("see the history of readings"),
    "quarantine.see": _("see unreadable messages"),
    "policy.see": _("see all policy"),
    "policy.edit": _("change limits and rules"),
    "policy.confirm": _("confirm changed limits and rules as a second person"),
    "causes.replay": _("judge past alarms again with edited causes"),
    "causes.switch": _("switch edited causes on"),
    "resources.see": _("see the data resources of departments"),
    "resources.keep": _("register data resources, deliver and decide upon deliveries"),
    "organisations.see": _("see organisations and telephone numbers"),
    "organisations.manage": _("enter and change organisations"),
    "people.see": _("see people"),
    "people.manage": _("make and close accounts"),
    "roles.grant": _("give and take roles"),
    "audit.see": _("read the audit trail"),
    "system.see": _("see how the installation runs"),
}


class Grant(models.Model):
    """One role of one person in one region."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30, choices=ROLE_NAMES)
    region_code = models.CharField(max_length=6)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["region_code", "role"]
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "region_code"], name="one_grant_per_person_role_and_region")
        ]
