"""Addresses under /vision/recognition/."""

from django.urls import path

from tocsin.vision.recognition.views import own_models, sources

urlpatterns = [
    path("", own_models.models, name="recognition_models"),
    path("text/", sources.text, name="recognition_text"),
    path("own/", own_models.give, name="give_own_model"),
    path("own/<uuid:own_model_id>/", own_models.own_model, name="own_model"),
    path("own/<uuid:own_model_id>/<str:name>/", own_models.act_on_model, name="act_on_own_model"),
    path("versions/<uuid:own_model_version_id>/", own_models.version, name="own_model_version"),
    path(
        "versions/<uuid:own_model_version_id>/pictures/<int:picture_number>/",
        own_models.picture,
        name="own_model_picture",
    ),
    path("versions/<uuid:own_model_version_id>/<str:name>/", own_models.act_on_version, name="act_on_own_model_version"),
    path("<uuid:camera_id>/", sources.source, name="camera_source"),
    path("<uuid:camera_id>/<str:name>/", sources.act, name="act_on_camera_source"),
]
