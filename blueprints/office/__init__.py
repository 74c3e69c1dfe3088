"""The pages of staff, and of landlords for what is theirs. Nobody else reaches any of them."""

from flask import Blueprint

from blueprints.shared import doors

office = Blueprint("office", __name__)
office.before_request(doors.office_only)

# The pages, one import a line; each adds its routes to `office`.
