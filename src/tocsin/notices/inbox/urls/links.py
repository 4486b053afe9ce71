"""Addresses under /n/: one-time links, short enough for a text message."""

from django.urls import path

from tocsin.notices.inbox.views import links

urlpatterns = [path("<str:token>/", links.link, name="notice_link")]
