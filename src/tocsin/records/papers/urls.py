"""Address of a paper."""

from django.urls import path

from tocsin.records.papers import views as papers_views

urlpatterns = [
    path("papers/<slug:name>/<uuid:object_id>.pdf", papers_views.paper, name="paper"),
]
