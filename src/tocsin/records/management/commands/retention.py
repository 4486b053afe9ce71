"""`tocsin manage retention`: what is kept how long, and what of it would be deleted now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from tocsin.records.retention.queries import standing_holds, standings
from tocsin.records.retention.services import forget_what_is_old
from tocsin.screens.clock import current_time


class Command(BaseCommand):
    """A preview; `--now` lets go what is due without waiting for the worker."""

    help = "Lists what is kept how long and what would be deleted now; --now deletes it."

    def add_arguments(self, parser: CommandParser) -> None:
        """`retention --now`."""
        parser.add_argument("--now", action="store_true", help="delete what is due, batch after batch")

    def handle(self, *args: Any, now: bool = False, **options: Any) -> None:
        """One line for each kind; then the cases that are held."""
        with translation.override("en"):
            for one in standings(now=current_time()):
                due = "by its own process" if one.due is None else f"this would delete {one.due} older than {one.before:%Y-%m-%d}"
                self.stdout.write(f"{one.kept.code}: {one.days:g} days ({one.kept.policy}); {due}")
        for hold in standing_holds():
            self.stdout.write(f"held: {hold.number}, {hold.reason}")
        if now:
            gone = 0
            while count := forget_what_is_old(now=current_time()):
                gone += count
            self.stdout.write(f"deleted: {gone}")
