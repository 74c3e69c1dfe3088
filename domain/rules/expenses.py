"""The categories of what is spent on a property: those of the US tax form for rents (IRS Schedule E 2024, Part I,
lines 5 to 19), since that is how an owner has to tell them; depreciation is no money and is left out.
"""

from __future__ import annotations

from domain.words import N_

CATEGORIES = {
    "advertising": N_("Advertising"),
    "travel": N_("Car and travel"),
    "cleaning": N_("Cleaning and maintenance"),
    "commissions": N_("Commissions"),
    "insurance": N_("Insurance"),
    "professional": N_("Legal and other professional fees"),
    "mortgage": N_("Mortgage interest"),
    "interest": N_("Other interest"),
    "repairs": N_("Repairs"),
    "supplies": N_("Supplies"),
    "taxes": N_("Taxes"),
    "utilities": N_("Utilities of the house"),
    "other": N_("Other"),
}
"""Category -> what it is called, in the order of the form."""
