"""Addresses under /keeper/: the page that works without a network, its worker and its manifest."""

from tocsin.fieldwork.urls import phone_addresses
from tocsin.supplies.keepers.shown.phone import KEEPER

urlpatterns = phone_addresses(KEEPER)
