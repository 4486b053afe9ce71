"""Addresses under /exposed/."""

from django.urls import path

from tocsin.atlas.exposure.views import area, bodies, tables, telling

urlpatterns = [
    path("", bodies.bodies, name="exposed_bodies"),
    path("area/", area.area, name="exposed_area"),
    path("tell/", telling.tell, name="tell_exposed_bodies"),
    path("tell/now/", telling.tell_now, name="tell_exposed_bodies_now"),
    path("new/", bodies.new, name="new_exposed_body"),
    path("register/", bodies.register, name="register_exposed_body"),
    path("imports/", tables.imports, name="body_imports"),
    path("imports/grid/", tables.take_grid, name="take_population_grid"),
    path("imports/grid-from-bodies/", tables.grid_from_bodies, name="population_grid_from_bodies"),
    path("imports/<uuid:body_table_id>/", tables.body_import, name="body_import"),
    path("imports/<uuid:body_table_id>/<str:name>/", tables.act, name="act_on_body_import"),
    path("<uuid:body_id>/", bodies.body, name="exposed_body"),
    path("<uuid:body_id>/change/", bodies.change, name="change_exposed_body"),
    path("<uuid:body_id>/state/", bodies.state, name="exposed_body_state"),
]
