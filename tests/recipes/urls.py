"""The product's addresses, and those of pumps."""

from django.urls import path

from tests.recipes import pumps
from tocsin.portal.urls import handler404 as handler404
from tocsin.portal.urls import urlpatterns as of_the_product

urlpatterns = [
    *of_the_product,
    path("pumps/", pumps.pumps, name="pumps"),
    path("pumps/add/", pumps.add_pump, name="add_pump"),
]
