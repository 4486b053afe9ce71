"""Django's backend for SQLite, in which transactions take turns (`tocsin.bus.turns`)."""

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from tocsin.bus.turns import take_turn

PATIENCE_S = 20.0


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite's own way to wait looks ever more seldom, at last ten times a second: who has waited longest is the last to see that
    the writer before is done. So a transaction begins, or is refused, at once, and how it waits is ours.
    """

    def _start_transaction_under_autocommit(self) -> None:
        patience_s = float(self.settings_dict["OPTIONS"].get("timeout", PATIENCE_S))
        file = self.connection
        file.execute("PRAGMA busy_timeout = 0")
        try:
            take_turn(self._begin, patience_s=patience_s)
        finally:
            file.execute(f"PRAGMA busy_timeout = {round(1000 * patience_s)}")

    def _begin(self) -> OperationalError | None:
        """Begins; the refusal where another one writes."""
        try:
            self.cursor().execute(f"BEGIN {self.settings_dict['OPTIONS'].get('transaction_mode', '')}")
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            return error
        return None
