"""Everything that a page does can be done by a program: whatever service a view calls, an operation of the API calls."""

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "tocsin"

BROWSERS_OWN = {
    "tocsin.jurisdiction.people.services.accounts.change_own_password": "a token changes no password",
    "tocsin.jurisdiction.people.services.logins.": "signing in",
    "tocsin.records.setup.services.slips.": "a token gives nobody a password",
    "tocsin.supervision.objects.services.accounts.open_accounts": "a token gives nobody a password",
    "tocsin.jurisdiction.people.services.second_step.": "signing in",
    "tocsin.jurisdiction.people.services.browsers.": "signed-in browsers, which a token is not",
    "tocsin.jurisdiction.people.services.disowning.": "signed-in browsers, which a token is not",
    "tocsin.jurisdiction.people.services.tokens.end_tokens": "with one's own new password; one by one by DELETE",
    "tocsin.jurisdiction.people.services.passkeys.": "signing in",
    "tocsin.jurisdiction.people.services.providers.": "signing in",
    "tocsin.jurisdiction.people.services.proving.": "signing in",
    "tocsin.jurisdiction.people.services.sessions.": "signed-in browsers, which a token is not",
    "tocsin.atlas.exchange.services.readings.": "reckoned with every reading below /ogc/features/, by whatever program",
    "tocsin.supplies.requests.services.deliveries.apply_drivers_act": "a driver's own address, which needs no account",
    "tocsin.mobilisation.hazard_reports.services.following.": "the page for everybody, whose addresses need no account",
    "tocsin.mobilisation.hazard_reports.services.photos.add_photo": "the same",
    "tocsin.mobilisation.hazard_reports.services.launching.": "the same",
    "tocsin.mobilisation.hazard_reports.services.receiving.receive_from_public": "the same",
    "tocsin.mobilisation.rewards.services.paying.claim": "the same",
    "tocsin.mobilisation.public_warnings.services.receipts.": "a device's own address",
    "tocsin.mobilisation.public_warnings.services.signing_up.": "a stranger's own sign-up, on the page that works for it",
    "tocsin.mobilisation.public_warnings.services.delivering.mark_read": "the address in a subscriber's letter",
    "tocsin.notices.channels.services.gateway.read_receipt": "a gateway's own address",
    "tocsin.notices.sending.services.fates.take_receipt": "a gateway's own address",
    "tocsin.notices.channels.services.web_push.public_key": "a browser subscribes",
    "tocsin.notices.inbox.services.": "one-time links, which need no account",
    "tocsin.supervision.applications.services.apply": "a firm that has no account yet, on the page for everybody",
    "tocsin.supervision.applications.services.collect_password": "the same, by its receipt",
    "tocsin.mobilisation.volunteers.services.own.consent": "a person consents at a screen, never a token",
    "tocsin.mobilisation.volunteers.services.own.leave": "a person leaves at a screen, never a token",
    "tocsin.mobilisation.volunteers.services.register.invite": "a token gives nobody a password",
    "tocsin.mobilisation.volunteers.services.register.join": "who registers has no account yet",
    "tocsin.records.own_data.services.": "a person's own data goes to that person at a screen, never to a token",
    "tocsin.records.retention.services.": "what is held and for how long, two persons at their screens decide",
}
"""Beginnings of services that no program calls, with the reason."""

NO_ACTS = {
    "person_of_token": "by it a program is known that asks",
    "first_report_fits": "asked before a form is shown",
    "proposed_terms": "a form filled with what there is",
    "join_call": "a statement by telephone, /calls/statement",
    "as_new": "a form filled with what there is",
    "ids_in_order": "an order of signs on a sheet",
    "is_whole": "a digest in the answer",
    "register_test_device": "a device and a sensor, which programs register one after the other",
    "note_view": "the chain of custody of a crop, which is handed to people alone",
    "act_on_one_of_many": "an act upon rows of a list, /me/list-acts",
    "apply_entry": "entered as an act of the field, /api/v1/fieldwork",
    "apply_delivery_act": "entered as an act of the field, /deliveries/entries",
    "apply_call_act": "entered as an act of the field, /calls/entries",
    "enter_finding": "entered as an act of the field, /api/v1/fieldwork",
}
"""Names of further services that need no operation of their own, with the reason."""


def _services(path: Path) -> set[str]:
    """The functions of `services` modules that a file calls or names, with their modules."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        one.asname or one.name: f"{node.module}.{one.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tocsin.")
        for one in node.names
    }
    found = {imported[node.id] for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in imported}
    found |= {
        f"{imported[node.value.id]}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported
    }
    return {one for one in found if ".services" in one and one.rsplit(".", 1)[1].islower()}


def _of(layer: str) -> dict[str, set[str]]:
    """Every service that files of a layer call -> the files."""
    found: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        parts = path.relative_to(SOURCE).parts
        if f"{layer}.py" in parts or layer in parts:
            for one in _services(path):
                found.setdefault(one, set()).add(str(path.relative_to(SOURCE)))
    return found


def _is_a_module(name: str) -> bool:
    path = SOURCE.parent / name.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_whatever_a_page_does_a_program_can_do() -> None:
    pages, programs = _of("views"), _of("api")
    names = {one.rsplit(".", 1)[1] for one in programs}  # the API may call it by way of a face
    missing = {
        one: sorted(files)
        for one, files in pages.items()
        if not _is_a_module(one) and one.rsplit(".", 1)[1] not in names | set(NO_ACTS) and not one.startswith(tuple(BROWSERS_OWN))
    }
    assert missing == {}


def test_the_exceptions_are_all_needed() -> None:
    pages = _of("views")
    assert [one for one in BROWSERS_OWN if not any(name.startswith(one) for name in pages)] == []
    assert set(NO_ACTS) <= {one.rsplit(".", 1)[1] for one in pages}
