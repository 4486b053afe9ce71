"""Points of supervision for programs."""

from ninja import Router

router = Router()
