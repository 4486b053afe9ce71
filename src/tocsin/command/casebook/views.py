"""One act of a form with its refusal, and a local moment that was typed in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tocsin.base.errors import Refusal


def do(request: HttpRequest, act: Callable[[], Any]) -> bool:
    """Does it; a refusal is told on the page that follows. Http404 for what the person may not see."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    except ValueError:
        messages.error(request, _("The form can't be read."))
        return False
    except ObjectDoesNotExist:
        raise Http404 from None
    return True


def local_moment(text: str) -> datetime | None:
    """What a field of the kind datetime-local says, in the city's zone; None for an empty one, ValueError for nonsense."""
    if not text:
        return None
    found = parse_datetime(text)
    if found is None:
        raise ValueError(f"{text!r} is no time")
    return timezone.make_aware(found) if timezone.is_naive(found) else found
