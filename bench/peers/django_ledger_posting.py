"""The same payment posted by django-ledger: the interest (two lines) and the receipt (three).

The loan's ledger and the accounts are looked up for each payment, as a request must and as our payment does. Its
`commit_txs` commits each entry, so there are two commits, also as in ours.

Run by bench/payment.py with the Python of the peers: `python bench/peers/django_ledger_posting.py FILE`.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import django
from django.conf import settings

LEDGERS = 20


def configure(file: str) -> None:
    """A project with nothing but django-ledger, on SQLite with the durability of ours."""
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    settings.configure(
        SECRET_KEY="a bench has no secrets",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django_ledger"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": file,
                "OPTIONS": {"init_command": pragmas, "transaction_mode": "IMMEDIATE"},
            }
        },
    )
    django.setup()


def posting() -> Callable[[], object]:
    """A business with its chart of accounts; each call posts one payment to the next of its ledgers."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django_ledger.models import AccountModel, EntityModel, LedgerModel

    call_command("migrate", verbosity=0)
    owner = get_user_model().objects.create_user(username="dana", password=None)
    entity = EntityModel.create_entity(
        name="Harbor Motors", admin=owner, use_accrual_method=True, fy_start_month=1
    )
    entity.create_chart_of_accounts(assign_as_default=True, commit=True, coa_name="Accounts")
    entity.populate_default_coa(activate_accounts=True)
    accounts = list(entity.get_default_coa_accounts())
    by_role = {account.role: account.uuid for account in accounts}
    # It refuses an entry whose accounts belong to two of its activities, so the principal is a receivable too.
    principal = [account.uuid for account in accounts if account.role == "asset_ca_recv"][-1]
    uses = by_role["asset_ca_cash"], by_role["asset_ca_recv"], by_role["in_operational"], principal
    loans = [entity.create_ledger(name=f"Loan {number}", posted=True).uuid for number in range(LEDGERS)]
    numbers = itertools.count()
    begun = datetime(2026, 1, 2, 12, tzinfo=UTC)

    def post() -> None:
        number = next(numbers)
        ledger = LedgerModel.objects.select_related("entity").get(uuid=loans[number % LEDGERS])
        found = AccountModel.objects.in_bulk(uses)
        cash, interest, income, principal = (found[uuid] for uuid in uses)
        moment = begun + timedelta(minutes=2 * number)
        accrual = [_line(interest, "72.49", "debit"), _line(income, "72.49", "credit")]
        ledger.commit_txs(je_timestamp=moment, je_posted=True, je_desc="Interest accrued", je_txs=accrual)
        moment += timedelta(minutes=1)
        receipt = [
            _line(cash, "155.97", "debit"),
            _line(interest, "72.49", "credit"),
            _line(principal, "83.48", "credit"),
        ]
        ledger.commit_txs(je_timestamp=moment, je_posted=True, je_desc="Payment settled", je_txs=receipt)

    return post


def _line(account: object, amount: str, side: str) -> dict[str, object]:
    return {"account": account, "amount": Decimal(amount), "tx_type": side, "description": "Payment"}


if __name__ == "__main__":
    configure(sys.argv[1])
    from spoken import answer

    answer(posting())
