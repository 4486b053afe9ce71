"""Addresses under /firm/: the page that works without a network, its worker and its manifest."""

from tocsin.fieldwork.urls import phone_addresses
from tocsin.supervision.firms.shown import FIRM

urlpatterns = phone_addresses(FIRM)
