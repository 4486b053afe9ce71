"""Addresses under /work/platforms/."""

from django.urls import path

from tocsin.supervision.platforms.views import joining, platforms

urlpatterns = [
    path("bind/", platforms.bind_token, name="bind_token"),
    path("", platforms.platforms, name="platforms"),
    path("joining/", joining.new_platform, name="new_platform"),
    path("joining/enter/", joining.enter_platform, name="enter_platform"),
    path("joining/<uuid:platform_table_id>/", joining.joined_platform, name="joined_platform"),
    path("joining/<uuid:platform_table_id>/try/", joining.try_platform_table, name="try_platform_table"),
    path("joining/<uuid:platform_table_id>/<slug:name>/", joining.act_on_platform_table, name="act_on_platform_table"),
    path("<uuid:connector_id>/", platforms.platform, name="platform"),
]
