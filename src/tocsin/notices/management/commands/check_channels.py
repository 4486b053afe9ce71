"""`tocsin manage check_channels`: what `channels.toml` sets up, what is wrong with it, and a test message by one channel."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tocsin.base.ids import new_id
from tocsin.notices.channels.queries import channels_file, link_address, open_channels
from tocsin.notices.channels.rules.letters import Letter
from tocsin.notices.channels.rules.verdicts import Verdict


class Command(BaseCommand):
    """Exits with an error where a table can't be opened or the test was not taken."""

    help = "Lists the channels of notice that are set up; with a channel and an address sends a test there."

    def add_arguments(self, parser: CommandParser) -> None:
        """`check_channels sms 13900000000`."""
        parser.add_argument("channel", nargs="?", help="its table in channels.toml, such as sms")
        parser.add_argument("address", nargs="?", default="", help="where the test goes")

    def handle(self, *args: Any, channel: str | None = None, address: str = "", **options: Any) -> None:
        """Never prints a secret."""
        found, wrong = open_channels()
        self.stdout.write(f"{channels_file()}: {', '.join(sorted(found))}; links: {link_address() or 'none'}")
        for problem in wrong:
            self.stderr.write(problem)
        if channel is not None:
            if channel not in found:
                raise CommandError(f"{channel} is not set up; set up are {', '.join(sorted(found))}")
            text = "Tocsin: test / 测试"
            letter = Letter(id=str(new_id()), address=address, subject=text, text=text, redacted=text)
            answer = found[channel].send(letter)
            self.stdout.write(f"{channel} {address}: {answer.verdict.value} {answer.words}")
            if answer.verdict not in (Verdict.TAKEN, Verdict.DELIVERED):
                raise CommandError("the test was not taken")
        if wrong:
            raise CommandError(f"{len(wrong)} of the tables can't be used")
