"""The telephone book (通讯录): search, and one tap dials."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tocsin.base.tables import csv_text
from tocsin.jurisdiction.contacts.queries import phone_book as queries
from tocsin.jurisdiction.rights.queries import may_anywhere, regions_within
from tocsin.jurisdiction.rights.views import needs
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_page
from tocsin.screens.tables import csv_file

PAGE_SIZE = 100
EMPTY = EmptyState(gettext_lazy("Numbers come from a table, from rosters and from people’s own pages."))


@require_GET
@needs("organisations.see")
def phone_book(request: HttpRequest) -> HttpResponse:
    """The entries that hold the searched text."""
    text, region = request.GET.get("search", ""), request.GET.get("region", "")
    regions = regions_within(request.user, "organisations.see").filter(organisations__isnull=False).distinct()
    return list_page(
        request,
        queries.phone_book(request.user, text=text, region=region),
        "jurisdiction/contacts/phone_book.html",
        empty=EMPTY,
        context={
            "search": text,
            "region": region,
            "regions": regions,
            "may_import": may_anywhere(request.user, "rosters.manage"),
        },
        part="entries",
        per_page=PAGE_SIZE,
    )


@require_GET
@needs("organisations.see")
def export_phone_book(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    found = queries.phone_book(request.user, text=request.GET.get("search", ""), region=request.GET.get("region", ""))
    columns = [_("Region"), _("Organisation"), _("Name"), _("Telephone"), _("E-mail")]
    rows = [
        [str(one.organisation.region), str(one.organisation), one.name, "; ".join(one.numbers), "; ".join(one.addresses)]
        for one in found
    ]
    return csv_file("telephone-book", csv_text(columns, rows))
