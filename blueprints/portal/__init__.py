"""The customer's own pages. Nobody but a fully signed-in customer reaches any of them."""

from flask import Blueprint

from blueprints.shared import doors

portal = Blueprint("portal", __name__)
portal.before_request(doors.customers_only)

# The pages, one import a line; each adds its routes to `portal`.
from blueprints.portal import (  # noqa: E402, F401
    agreements,
    checkout,
    dashboard,
    methods,
    pay,
    pay_several,
    payment,
    payments,
    payoff,
    profile,
    progress,
    statements,
    what_if,
    why,
)
