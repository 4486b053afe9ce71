"""The URL map: the API under /api/v1, then each capability's pages as the catalogue names them."""

from importlib import import_module

from django.urls import include, path

from tocsin.portal.api import api
from tocsin.portal.catalogue import PAGES
from tocsin.portal.live import stream
from tocsin.portal.views import health, home, set_language

urlpatterns = [
    path("api/v1/", api.urls),
    path("health/", health, name="health"),
    path("live/", stream, name="live"),
    path("home/", home, name="home"),
    path("language/", set_language, name="set_language"),
    *(path(prefix, include(import_module(module))) for prefix, module in PAGES),
]
handler400 = "tocsin.portal.views.unreadable"
handler404 = "tocsin.portal.views.not_found"
