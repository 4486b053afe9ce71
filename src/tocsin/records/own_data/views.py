"""One's own data, fetched on one's account page."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from tocsin.records.own_data.services import export_own_data
from tocsin.screens.acts import act
from tocsin.screens.request import actor_of


@act("account", alone=True)
def own_data(request: HttpRequest) -> HttpResponse:
    """A ZIP with everything that is kept of who asks."""
    user, now = actor_of(request), timezone.now()
    name = f"tocsin-{user.username}-{timezone.localtime(now):%Y-%m-%d}.zip"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(export_own_data(user=user, now=now), content_type="application/zip", headers=headers)
