"""`tocsin manage verify_audit`: proves that no line of the audit trail is missing or altered."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tocsin.records.queries import hash_at, verify_chain


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
        kept = options["head"]
        if kept and not _passes_through(kept):
            raise CommandError(f"audit trail does not pass through {kept}: it was written anew")
        self.stdout.write(f"audit trail whole: {report.entries} entries, {report.unsealed} not yet sealed")
        self.stdout.write(f"head {report.head_sequence}:{report.head_hash}")


def _passes_through(kept: str) -> bool:
    sequence, _colon, value = kept.partition(":")
    return sequence.isdigit() and hash_at(int(sequence)) == value
