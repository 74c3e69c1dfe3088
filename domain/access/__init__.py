"""What a person may see and do. Every look-up, report, search, export and mail starts from a `Scope`."""

from domain.access.scope import RIGHTS, STRANGER, Scope, any_of
from domain.access.visible import known_to

__all__ = ["RIGHTS", "STRANGER", "Scope", "any_of", "known_to"]
