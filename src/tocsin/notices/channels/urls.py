"""Addresses under /settings/channels/."""

from django.urls import path

from tocsin.notices.channels.views import tables

urlpatterns = [
    path("", tables.channels, name="channels"),
    path("file/", tables.channels_file, name="channels_file"),
    path("order/", tables.order_channels, name="order_channels"),
    path("new/<slug:kind>/", tables.new_channel, name="new_channel"),
    path("<uuid:channel_table_id>/", tables.channel, name="channel"),
    path("<uuid:channel_table_id>/<slug:name>/", tables.act_on_channel, name="act_on_channel"),
]
