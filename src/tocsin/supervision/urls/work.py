"""Addresses under /work/."""

from django.urls import path

from tocsin.supervision.views import platforms, work

urlpatterns = [
    path("", work.board, name="work"),
    path("platforms/", platforms.platforms, name="platforms"),
    path("platforms/<uuid:connector_id>/", platforms.platform, name="platform"),
    path("firms/<uuid:object_id>/", work.firm, name="work_of_firm"),
    path("firms/<uuid:object_id>/stop/", work.record_stop, name="record_stop"),
    path("episodes/<uuid:episode_id>/", work.episode, name="episode"),
    path("episodes/<uuid:episode_id>/act/", work.act_on_episode, name="act_on_episode"),
    path("stops/<uuid:stop_order_id>/", work.stop, name="stop"),
    path("stops/<uuid:stop_order_id>/<slug:name>/", work.act_on_stop, name="act_on_stop"),
]
