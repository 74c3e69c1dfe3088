"""Read an agreement with the terms of its kind as plain values. Verb: `stored`.

The walk of a payment reads them twice, and what the ORM does to make its objects would be a tenth of the whole walk.
`COLUMNS` go into a SELECT from Agreement that is joined to Loan; `stored` makes of its row what the kinds read.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from models import Agreement, Loan

_OWN, _TERMS = Agreement.__table__.c, Loan.__table__.c
_OWN_NAMES, _TERM_NAMES = _OWN.keys(), _TERMS.keys()
_LOAN_ID = len(_OWN_NAMES) + _TERM_NAMES.index("agreement_id")

COLUMNS = (*_OWN, *_TERMS)


def stored(row: Sequence[Any]) -> Any:
    """The columns of `Agreement` as attributes, and as `loan` those of `Loan` (None where there are none)."""
    own = dict(zip(_OWN_NAMES, row, strict=False))
    loan = None
    if row[_LOAN_ID] is not None:
        loan = SimpleNamespace(**dict(zip(_TERM_NAMES, row[len(_OWN_NAMES) :], strict=True)))
    return SimpleNamespace(**own, loan=loan)
