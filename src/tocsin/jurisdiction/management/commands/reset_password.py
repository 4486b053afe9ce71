"""`tocsin manage reset_password`: the way back for an administrator who lost password or second step. Left in the audit trail."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tocsin.base.errors import Refusal
from tocsin.jurisdiction.people.queries import person_by_username
from tocsin.jurisdiction.people.services import accounts as services
from tocsin.jurisdiction.people.services.system import system_actor


class Command(BaseCommand):
    help = "Gives a person, also an administrator, a new one-time password and prints it; a second step is to be set up anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = person_by_username(options["username"])
        if user is None:
            raise CommandError(f"there is no person {options['username']}")
        try:
            password = services.reset_password(actor=system_actor(), user_id=user.pk)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{user.username}: one-time password {password}")
