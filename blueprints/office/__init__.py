"""The pages of staff, and of landlords for what is theirs. Nobody else reaches any of them."""

from flask import Blueprint

from blueprints.shared import doors

office = Blueprint("office", __name__)
office.before_request(doors.office_only)

# The pages, one a line; each adds its routes to `office`.
from blueprints.office import (  # noqa: E402
    agreements,  # noqa: F401
    audit,  # noqa: F401
    changes,  # noqa: F401
    charge_offs,  # noqa: F401
    charges,  # noqa: F401
    corrections,  # noqa: F401
    counter,  # noqa: F401
    desk,  # noqa: F401
    holds,  # noqa: F401
    imports,  # noqa: F401
    journal,  # noqa: F401
    legal_caps,  # noqa: F401
    openings,  # noqa: F401
    people,  # noqa: F401
    policies,  # noqa: F401
    properties,  # noqa: F401
    proposed_fees,  # noqa: F401
    purchases,  # noqa: F401
    search,  # noqa: F401
    second_factors,  # noqa: F401
    sign_in_help,  # noqa: F401
    units,  # noqa: F401
    users,  # noqa: F401
    viewing,  # noqa: F401
    waivers,  # noqa: F401
)
