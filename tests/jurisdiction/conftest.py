"""A small installation: Qingdao with two of its districts, Yantai beside it, and people of every role."""

from tests.accounts import make_person as make_person
from tests.accounts import regions as regions
from tests.languages import english as english
