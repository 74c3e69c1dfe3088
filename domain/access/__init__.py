"""What a person may see and do. Every look-up, report, search, export and mail starts from a `Scope`."""

from domain.access.paid import known_to
from domain.access.scope import RIGHTS, STRANGER, Scope, any_of

__all__ = ["RIGHTS", "STRANGER", "Scope", "any_of", "known_to"]
