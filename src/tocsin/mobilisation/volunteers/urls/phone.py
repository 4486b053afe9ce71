"""Addresses under /help/: the page that works without a network, its worker and its manifest."""

from tocsin.fieldwork.urls import phone_addresses
from tocsin.mobilisation.volunteers.shown.phone import HELPER

urlpatterns = phone_addresses(HELPER)
