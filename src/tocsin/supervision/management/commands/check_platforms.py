"""`tocsin manage check_platforms`: what `platforms.toml` sets up, and for each platform in words what is wrong with it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tocsin.screens.clock import current_time
from tocsin.supervision.platforms.policy import platforms_file
from tocsin.supervision.platforms.queries import platform_settings
from tocsin.supervision.platforms.rules import Found
from tocsin.supervision.platforms.services.trial import trial


class Command(BaseCommand):
    """Exits with an error where a table can't be used or a platform can't be read."""

    help = "Asks each platform, or reads its newest file or message, without taking anything; with a name only that one."

    def add_arguments(self, parser: CommandParser) -> None:
        """`check_platforms ecology`."""
        parser.add_argument("platform", nargs="?", help="a table of platforms.toml")

    def handle(self, *args: Any, platform: str | None = None, **options: Any) -> None:
        """Never prints a secret."""
        known = platform_settings()
        if platform is not None and platform not in {*known.found, *(one.name for one in known.wrong)}:
            raise CommandError(f"{platform} is not set up; set up are {', '.join(sorted(known.found)) or 'none'}")
        self.stdout.write(f"{platforms_file()}: {', '.join(sorted(known.found)) or 'no platform'}")
        wrong = 0
        for one in known.wrong:
            if platform in (None, one.name):
                self.stderr.write(str(one))
                wrong += 1
        for name, found in known.found.items():
            if platform in (None, name):
                steps = trial(name, found, now=current_time())
                wrong += any(step.found is Found.WRONG for step in steps)
                for step in steps:
                    place = step.reason.figures.get("place", "")
                    self.stdout.write(f"{name}: {step.found.value}: {place}{' ' if place else ''}{step.reason}")
        if wrong:
            raise CommandError(f"{wrong} platforms can't be read as they are set up")
