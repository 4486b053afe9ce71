"""Addresses under /hazard/: the reporter's own rewards."""

from django.urls import path

from tocsin.mobilisation.rewards.views import public

urlpatterns = [path("rewards", public.own_rewards, name="own_rewards")]
