"""The protocol: landing page, conformance, collections, features."""

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.atlas.exchange.queries.collections import collections_for
from tocsin.atlas.exchange.queries.pages import FeaturePage, extent_of, feature_of, features_json, page_of, rows_of_selection
from tocsin.atlas.exchange.rules.collections import FeatureCollection, narrowed
from tocsin.atlas.exchange.rules.questions import OF_ITEM, Question, read_question, single
from tocsin.atlas.exchange.services.readings import consumer_of, record_reading, require_rows
from tocsin.atlas.exchange.shown import documents, tables
from tocsin.atlas.exchange.shown.files import FORMS, most_at_once, origin_of
from tocsin.atlas.exchange.shown.openapi import openapi
from tocsin.atlas.exchange.views.answers import document, packed, wants_html
from tocsin.atlas.exchange.views.callers import protocol
from tocsin.base.errors import InvalidInput
from tocsin.screens.budgets.requests import charged, costly
from tocsin.screens.clock import current_time

FORM_ONLY = {"f"}


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("features")).rstrip("/")


def _sent(request: HttpRequest) -> dict[str, list[str]]:
    return {name: [str(value) for value in values] for name, values in request.GET.lists()}


def _collection(request: HttpRequest, name: str) -> FeatureCollection:
    found = collections_for(request.user).get(name)
    if found is None:
        raise Http404
    return found


@protocol
def landing(request: HttpRequest) -> HttpResponse:
    """What there is; as a page the collections with it."""
    single(_sent(request), FORM_ONLY)
    return _catalogue(request) if wants_html(request) else document(request, documents.landing(_root(request)))


@protocol
def collections(request: HttpRequest) -> HttpResponse:
    """All collections that the reader may see."""
    single(_sent(request), FORM_ONLY)
    if wants_html(request):
        return _catalogue(request)
    return document(request, documents.list_collections(_root(request), collections_for(request.user).values()))


def _catalogue(request: HttpRequest) -> HttpResponse:
    context = {"collections": list(collections_for(request.user).values()), "root": _root(request)}
    return render(request, "atlas/exchange/collections.html", context)


@protocol
def conformance(request: HttpRequest) -> HttpResponse:
    """Which classes of the standards hold."""
    single(_sent(request), FORM_ONLY)
    if wants_html(request):
        return render(request, "atlas/exchange/conformance.html", {"classes": documents.CONFORMANCE})
    return document(request, documents.conformance())


@protocol
def api(request: HttpRequest) -> HttpResponse:
    """The service in OpenAPI 3.0."""
    return document(request, openapi(_root(request)), documents.OPENAPI)


@protocol
@charged
def collection(request: HttpRequest, name: str) -> HttpResponse:
    """One collection with its extent."""
    single(_sent(request), FORM_ONLY)
    found = _collection(request, name)
    extent = extent_of(found, request.user)
    if wants_html(request):
        context = {"collection": found, "extent": extent, "address": documents.address_of(_root(request), found)}
        return render(request, "atlas/exchange/collection.html", context)
    return document(request, documents.describe_collection(_root(request), found, extent))


@protocol
def queryables(request: HttpRequest, name: str) -> HttpResponse:
    """What a filter may name."""
    single(_sent(request), FORM_ONLY)
    return document(request, documents.queryables(_root(request), _collection(request, name)), documents.SCHEMA)


@protocol
def sortables(request: HttpRequest, name: str) -> HttpResponse:
    """What can be sorted by."""
    single(_sent(request), FORM_ONLY)
    return document(request, documents.sortables(_root(request), _collection(request, name)), documents.SCHEMA)


@protocol
@charged
def items(request: HttpRequest, name: str) -> HttpResponse:
    """A page of features."""
    found, html = _collection(request, name), wants_html(request)
    question = read_question(found, _sent(request))
    if html and "limit" not in question.asked:
        question = tables.for_people(question)
    consumer, now = consumer_of(request.user), current_time()
    require_rows(consumer, now)
    page = page_of(found, request.user, question)
    form, rows = "html" if html else "json", page.rows.height
    record_reading(consumer=consumer, collection=found, form=form, selection=question.selection, rows=rows, now=now)
    here = f"{documents.address_of(_root(request), found)}/items"
    if html:
        context = tables.describe_page(found, question, page, here, request.user)
        return render(request, "atlas/exchange/items.html", context)
    return _in_frame(packed(request, _feature_collection(request, here, question, page), documents.GEOJSON), question)


def _feature_collection(request: HttpRequest, here: str, question: Question, page: FeaturePage) -> bytes:
    features = features_json(page.rows, question.properties, question.frame)
    links = documents.both_forms(request.build_absolute_uri(), documents.GEOJSON, "json")
    if page.after:
        links.append(documents.link(documents.next_address(here, question.asked, page.after), "next", documents.GEOJSON))
    return tables.feature_collection(features, links, page.matched).encode()


@protocol
@charged
def item(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """One feature."""
    found = _collection(request, name)
    single(_sent(request), OF_ITEM)
    question = read_question(found, _sent(request))
    consumer, now, html = consumer_of(request.user), current_time(), wants_html(request)
    require_rows(consumer, now)
    rows = feature_of(found, request.user, key)
    if rows.is_empty():
        raise Http404
    form = "html" if html else "json"
    record_reading(consumer=consumer, collection=found, form=form, selection=f"key={key}", rows=1, now=now)
    here = documents.address_of(_root(request), found)
    if html:
        return render(request, "atlas/exchange/item.html", tables.describe_item(found, question, rows, f"{here}/items"))
    links = [
        *documents.both_forms(request.build_absolute_uri(), documents.GEOJSON, "json"),
        documents.link(here, "collection", documents.JSON),
    ]
    text = tables.feature_with_links(features_json(rows, question.properties, question.frame)[0], links)
    return _in_frame(packed(request, text.encode(), documents.GEOJSON), question)


@protocol
@costly
def download(request: HttpRequest, name: str) -> HttpResponse:
    """The whole selection as a file with its provenance: `form` is csv, gpkg, xlsx, geojson or shp; the rest as for features."""
    found, sent = _collection(request, name), _sent(request)
    named = "".join(sent.pop("form", []))
    form = FORMS.get(named)
    if form is None:
        raise InvalidInput(_("form is one of %(known)s.") % {"known": ", ".join(FORMS)})
    question = read_question(found, {key: value for key, value in sent.items() if key != "limit"})
    chosen = narrowed(found, question.properties)
    consumer, now = consumer_of(request.user), current_time()
    require_rows(consumer, now)
    most = most_at_once(request.user, form)
    rows, matched = rows_of_selection(found, request.user, question, most)
    if matched > most:
        raise InvalidInput(_too_large(matched, most, known=request.user.is_authenticated))
    record_reading(consumer=consumer, collection=found, form=named, selection=question.selection, rows=matched, now=now)
    here = f"{documents.address_of(_root(request), found)}/items"
    origin = origin_of(found, here, question.selection, str(request.user), matched, now)
    response = HttpResponse(form.write(chosen, rows, origin), content_type=form.media)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}.{form.ending}"
    return response


def _too_large(rows: int, most: int, *, known: bool) -> str:
    if not known:
        told = _("This selection has %(rows)s rows; a file of this form holds %(most)s. Select less, or read it page by page.")
        return told % {"rows": rows, "most": most}
    told = _(
        "This selection has %(rows)s rows; at once a file has %(most)s. Have it made in the background: by the button on the "
        "page of its features, or by POST /api/v1/atlas/selection-files."
    )
    return told % {"rows": rows, "most": most}


def _in_frame(response: HttpResponse, question: Question) -> HttpResponse:
    response["Content-Crs"] = f"<{question.frame.uri}>"
    return response
