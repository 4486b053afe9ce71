"""Columns of queries hashed at once, where Django works out the arguments of their constructor first.

Django 6.1 puts every column that a query with an order selects into a dictionary, to see whether it is one that is ordered by.
That was a twelfth of what it took to gather an alarm into a case, with its hundred queries.
"""

from django.db.models.expressions import Col


def hash_columns_quickly() -> None:
    """From here on, in this process."""
    Col.__hash__ = _hash  # type: ignore[assignment]


def _hash(column: Col) -> int:
    """Columns that Django takes for equal have the same table and the same name of the field."""
    return hash((column.alias, column.target.name))
