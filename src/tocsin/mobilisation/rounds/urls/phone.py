"""Addresses under /doors/: the page that works without a network, its worker and its manifest."""

from tocsin.fieldwork.urls import phone_addresses
from tocsin.mobilisation.rounds.shown.phone import KNOCKER

urlpatterns = phone_addresses(KNOCKER)
