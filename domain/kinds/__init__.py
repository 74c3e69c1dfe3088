"""The kinds of agreement. `kind_of` is the only place that knows their names."""

from __future__ import annotations

from domain.kinds import credit_line, lease_to_own, loan, rental
from domain.kinds.kind import Kind

_KINDS: dict[str, Kind] = {
    "loan": loan,
    "lease_to_own": lease_to_own,
    "rental": rental,
    "credit_line": credit_line,
}


def kind_of(name: str) -> Kind:
    """The rules of the kind called `name`. Raises KeyError for a kind this version does not have."""
    return _KINDS[name]
