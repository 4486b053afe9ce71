"""People of every role, for records too."""

from tests.accounts import make_person as make_person
from tests.accounts import regions as regions
from tests.languages import english as english
