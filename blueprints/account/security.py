"""Everything about one's own way in, on one page; each part leads to its own."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_login import current_user

from blueprints.account import account
from blueprints.shared import htmx
from blueprints.shared.lookup import get_or_404
from domain.reports.my_factors import my_factors
from models import User


@account.get("/account")
def security() -> ResponseReturnValue:
    return htmx.render(
        "account/security/security.html",
        user=get_or_404(User, current_user.user_ref),
        has=my_factors(current_user.scope),
    )
