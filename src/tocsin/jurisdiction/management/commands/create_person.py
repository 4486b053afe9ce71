"""`tocsin manage create_person`: an account from the machine's own command line, with a printed one-time password."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tocsin.base.errors import Refusal
from tocsin.jurisdiction.areas import services
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.people.services.accounts import NewAccount, keep_account
from tocsin.jurisdiction.people.services.grants import grant_role
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights.rules import GRANTABLE


class Command(BaseCommand):
    help = "Makes an account, gives it one role in one region, and prints its one-time password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="")
        parser.add_argument("--role", choices=[role.value for role in GRANTABLE], required=True)
        parser.add_argument("--break-glass", action="store_true", help="for the worst night: no second step, each use marked")
        parser.add_argument("--region", default=EVERYWHERE, help=f"six digits; {EVERYWHERE} (everywhere) where not given")

    def handle(self, *args: Any, **options: Any) -> None:
        services.ensure_regions()
        actor = system_actor()
        try:
            account = NewAccount.prepare(options["username"], name=options["name"], break_glass=options["break_glass"])
            with transaction.atomic():
                user = keep_account(actor=actor, account=account)
                grant_role(actor=actor, user=user, role=options["role"], region_code=options["region"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        kind = "password for the sealed envelope" if user.break_glass else "one-time password"
        self.stdout.write(f"{user.username}: {kind} {account.one_time}")
