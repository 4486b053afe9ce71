"""The addresses of a phone page: the page itself, its worker, its manifest, and the keys of whoever works with it."""

from django.urls import URLPattern, path

from tocsin.fieldwork import views
from tocsin.fieldwork.shown import Phone


def phone_addresses(phone: Phone, prefix: str = "") -> list[URLPattern]:
    """The addresses of a phone page below `prefix`; one that is open to everybody seals nothing, for nobody is signed in."""
    if phone.permission is None:
        return [
            path(prefix, views.open_shell, {"phone": phone}, name=f"{phone.name}_phone"),
            path(f"{prefix}worker.js", views.worker, name=f"{phone.name}_worker"),
            path(f"{prefix}manifest.webmanifest", views.manifest, {"phone": phone}, name=f"{phone.name}_manifest"),
        ]
    return [
        path(prefix, views.shell, {"phone": phone}, name=f"{phone.name}_phone"),
        path(f"{prefix}worker.js", views.worker, name=f"{phone.name}_worker"),
        path(f"{prefix}seal.json", views.seal, {"phone": phone}, name=f"{phone.name}_seal"),
        path(f"{prefix}manifest.webmanifest", views.manifest, {"phone": phone}, name=f"{phone.name}_manifest"),
    ]
