"""Addresses under /work/."""

from django.urls import path

from tocsin.supervision.platforms import views as platforms
from tocsin.supervision.stops import views as stops_views
from tocsin.supervision.work import views as work

urlpatterns = [
    path("", work.board, name="work"),
    path("platforms/", platforms.platforms, name="platforms"),
    path("platforms/<uuid:connector_id>/", platforms.platform, name="platform"),
    path("firms/<uuid:object_id>/", work.firm, name="work_of_firm"),
    path("firms/<uuid:object_id>/stop/", stops_views.record_stop, name="record_stop"),
    path("episodes/<uuid:episode_id>/", work.episode, name="episode"),
    path("episodes/<uuid:episode_id>/act/", work.act_on_episode, name="act_on_episode"),
    path("stops/<uuid:stop_order_id>/", stops_views.stop, name="stop"),
    path("stops/<uuid:stop_order_id>/<slug:name>/", stops_views.act_on_stop, name="act_on_stop"),
]
