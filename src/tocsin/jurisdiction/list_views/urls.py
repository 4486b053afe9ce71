"""Addresses of what is done with the views of a list."""

from django.urls import path

from tocsin.jurisdiction.list_views import views

urlpatterns = [
    path("account/list-acts/", views.act_on_rows_of_list, name="act_on_rows"),
    path("account/list-views/", views.save_view_of_list, name="save_list_view"),
    path("account/list-views/<uuid:saved_list_view_id>/<str:name>/", views.act_on_view_of_list, name="act_on_list_view"),
]
