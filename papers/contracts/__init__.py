"""The contracts we bring along, one Markdown file a kind and language: a beginning, to be read by a lawyer first.

They are written in the language of `domain.rules.document_text`. What the operator writes under the same name stands
instead of them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
LANGUAGES = ("en", "es")
TITLES = {
    "rental": {"en": "Residential lease", "es": "Contrato de alquiler de vivienda"},
    "loan": {"en": "Loan agreement", "es": "Contrato de préstamo"},
    "lease_to_own": {"en": "Lease-to-own agreement", "es": "Contrato de arrendamiento con opción a compra"},
    "credit_line": {"en": "Credit line agreement", "es": "Contrato de línea de crédito"},
}
"""Kind -> language -> what the contract is called."""


@cache
def contract(kind: str, language: str) -> str:
    """The text of the contract for a kind of agreement. Raises KeyError for one there is not."""
    if language not in TITLES[kind]:
        raise KeyError(language)
    return (HERE / f"{kind}.{language}.md").read_text("utf-8")
