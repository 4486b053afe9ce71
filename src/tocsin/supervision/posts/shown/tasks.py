"""Where a firm enters the certificates that its task asks for."""

from uuid import UUID

from django.urls import reverse


def certificates_page(firm_id: UUID) -> str:
    """The page with the firm's posts, people and certificates."""
    return reverse("presence_of_firm", args=[firm_id])
