"""`tocsin manage verify_audit`: proves that no line of the audit trail is missing or altered."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tocsin.records.audit.queries import anchor_of_chain, hash_at, verify_chain


class Command(BaseCommand):
    help = "Recomputes the chain over the audit trail; ends with an error at the first missing or altered entry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            metavar="SEQUENCE:HASH",
            help="a head that was printed earlier and kept elsewhere; the chain must still pass through it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify_chain()
        if report.fault:
            raise CommandError(f"audit trail broken at entry {report.at_sequence}: {report.fault}")
        if kept := options["head"]:
            _check(kept, report.dropped_through)
        if report.dropped_through:
            self.stdout.write(f"entries up to {report.dropped_through} were let go by their age")
        self.stdout.write(f"audit trail whole: {report.entries} entries, {report.unsealed} not yet sealed")
        self.stdout.write(f"head {report.head_sequence}:{report.head_hash}")


def _check(kept: str, dropped_through: int) -> None:
    """CommandError where the chain does not pass through a head that was kept elsewhere, or where that has been let go since."""
    sequence, _colon, value = kept.partition(":")
    if sequence.isdigit() and int(sequence) < dropped_through:
        raise CommandError(f"entry {sequence} was let go by its age; a head younger than the policy keeps was taken out")
    anchor = anchor_of_chain()
    passes = sequence.isdigit() and value == (anchor.hash if int(sequence) == anchor.sequence else hash_at(int(sequence)))
    if not passes:
        raise CommandError(f"audit trail does not pass through {kept}: it was written anew")
