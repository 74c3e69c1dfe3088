"""The endpoints of the end of a month for owners; see `tests.access.table`."""

from __future__ import annotations

OWNERS: dict[str, str] = {
    "office.owner_months": "staff",
    "office.close_owner_months": "staff",
    "office.owner_payouts": "staff",
    "office.review_owner_payouts": "staff",
    "office.pay_owners": "staff",
    "office.mail_owner_statements": "staff",
}
