"""Addresses under /crew/: the page that works without a network, its worker and its manifest."""

from tocsin.command.units.shown.phone import CREW
from tocsin.fieldwork.urls import phone_addresses

urlpatterns = phone_addresses(CREW)
