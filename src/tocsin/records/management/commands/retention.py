"""`tocsin manage retention`: what is kept how long, and what of it would be deleted now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from tocsin.records.attachments.services.sweeping import sweep_all_files
from tocsin.records.retention.queries import Standing, standing_holds, standings
from tocsin.records.retention.services.forgetting import forget_what_is_old
from tocsin.screens.clock import current_time


class Command(BaseCommand):
    """A preview; `--now` lets go what is due without waiting for the worker."""

    help = "Lists what is kept how long and what would be deleted now; --now deletes it."

    def add_arguments(self, parser: CommandParser) -> None:
        """`retention --now`."""
        parser.add_argument("--now", action="store_true", help="delete what is due, batch after batch")

    def handle(self, *args: Any, now: bool = False, **options: Any) -> None:
        """One line for each kind with the first that would go by name; then the cases that are held."""
        with translation.override("en"):
            for one in standings(now=current_time()):
                self.stdout.write(f"{one.kept.code}: {_told(one)}")
                if one.due and (numbers := one.numbers):
                    self.stdout.write(f"  {', '.join(numbers)}")
        for hold in standing_holds():
            self.stdout.write(f"held: {hold.number}, {hold.reason}")
        if now:
            gone = 0
            while count := forget_what_is_old(now=current_time()):
                gone += count
            files = sweep_all_files()
            self.stdout.write(f"deleted: {gone}; files that nothing named: {files}")


def _told(one: Standing) -> str:
    if one.before is None:
        return f"kept for good ({one.kept.policy})"
    due = "by its own process" if one.due is None else f"this would delete {one.due} older than {one.before:%Y-%m-%d}"
    return f"{one.days:g} days ({one.kept.policy}); {due}"
