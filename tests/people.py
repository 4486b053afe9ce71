"""People of tests: accounts with one role, and browsers that are signed in as them."""

from django.test import Client

from tests.usual_bodies import usual_bodies
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.models import Grant

QINGDAO, LICANG, SHINAN, YANTAI, ZHIFU = "370200", "370213", "370202", "370600", "370602"


def make_person(role: str, region: str = LICANG, *, organisation: str = "") -> User:
    """Somebody named after the role; of one of the usual bodies of the region where its code is given."""
    body = usual_bodies(region)[organisation] if organisation else None
    return make_named_person(f"{role}-{organisation or region}", role, body, region, name=role)


def make_named_person(
    username: str,
    role: str,
    organisation: Organisation | None = None,
    region: str = LICANG,
    *,
    name: str = "",
    language: str = "",
) -> User:
    """Somebody with that name to sign in with."""
    ensure_regions()
    person = User.objects.create_user(
        username, "a long password", name=name or username, organisation=organisation, language=language
    )
    Grant.objects.create(user=person, role=role, region_code=region)
    return person


def signed_in(user: User, language: str = "en") -> Client:
    """A browser in that language."""
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client
