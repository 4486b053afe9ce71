"""What is done with the key of a device's frames on its page."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.sensing.devices.queries.registry import visible_devices
from tocsin.sensing.frame_keys import services
from tocsin.sensing.frame_keys.shown import describe_frame_key


@never_cache
@act("device")
def renew(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """A new key, shown this once."""
    device, now = visible_devices(request.user).get(pk=device_id), current_time()
    key = services.renew_frame_key(actor=actor_of(request), device_id=device_id, now=now)
    context = {"device": device, "key": key, "state": describe_frame_key(device, now)}
    return render(request, "sensing/frame_keys/made.html", context)


@act("device")
def withdraw(request: HttpRequest, device_id: UUID) -> str:
    """The device has no key any more."""
    visible_devices(request.user).get(pk=device_id)
    services.withdraw_frame_key(actor=actor_of(request), device_id=device_id)
    return _("The key is withdrawn: frames that are encrypted can't be read any more.")
