"""Pages of the handbook."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.records.handbook import queries


@require_GET
def handbook(request: HttpRequest) -> HttpResponse:
    """The chapters, the reader's own first."""
    chapters = [(one, queries.text_of(one)) for one in queries.chapters_for(request.user)]
    return render(request, "records/handbook/handbook.html", {"chapters": chapters})


@require_GET
def chapter(request: HttpRequest, slug: str) -> HttpResponse:
    """One chapter."""
    found = queries.chapter_of(slug)
    if found is None:
        raise Http404
    context = {
        "text": queries.text_of(found),
        "chapter": found,
        "chapters": queries.chapters_for(request.user),
        "tour": queries.tour_of(found),
    }
    return render(request, "records/handbook/chapter.html", context)
