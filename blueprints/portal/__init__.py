"""The customer's own pages. Nobody but a fully signed-in customer reaches any of them."""

from flask import Blueprint

from blueprints.shared import doors

portal = Blueprint("portal", __name__)
portal.before_request(doors.customers_only)

# The pages, one import a line; each adds its routes to `portal`.
from blueprints.portal import (  # noqa: E402, F401
    agreements,
    alerts,
    announcements,
    autopay,
    autopay_setup,
    bank_accounts,
    bell,
    calendar,
    chat,
    checkout,
    credit_reporting,
    dashboard,
    documents,
    guide,
    hand_over,
    inquiries,
    messages,
    methods,
    pay,
    pay_links,
    pay_several,
    payday,
    payment,
    payments,
    payoff,
    period_statements,
    permissions,
    planned,
    profile,
    progress,
    promises,
    push_devices,
    repairs,
    statements,
    support_code,
    transfer,
    upcoming,
    what_if,
    why,
)
