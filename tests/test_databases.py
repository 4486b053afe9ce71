"""The tests' own databases: where there is a server, what asks for the database runs on PostgreSQL, too."""

import pytest
from django.db import connection

from tocsin.jurisdiction.areas.models import Region
from tocsin.jurisdiction.areas.services import ensure_regions


@pytest.mark.django_db
def test_rows_lie_where_the_name_of_the_test_says(database: str) -> None:
    assert connection.vendor == database
    Region.objects.all().delete()
    assert ensure_regions() == 169


@pytest.mark.postgresql
def test_there_is_a_second_database(request: pytest.FixtureRequest) -> None:
    """Skipped by name on a bare machine, which says that nothing ran on PostgreSQL."""
    here = {item.name for item in request.session.items if item.path == request.path}
    assert "test_rows_lie_where_the_name_of_the_test_says[postgresql]" in here
