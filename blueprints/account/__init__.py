"""One's own way in: passwords, second factors, devices, activity. The same pages for customers, staff and landlords."""

from flask import Blueprint

from blueprints.shared import doors

account = Blueprint("account", __name__)
account.before_request(doors.anybody_signed_in)

# The pages, one a line; each adds its routes to `account`.
from blueprints.account import (  # noqa: E402
    activity,  # noqa: F401
    authenticator,  # noqa: F401
    devices,  # noqa: F401
    email,  # noqa: F401
    kept,  # noqa: F401
    passkey_offer,  # noqa: F401
    passkeys,  # noqa: F401
    password,  # noqa: F401
    phone,  # noqa: F401
    phone_codes,  # noqa: F401
    phrase,  # noqa: F401
    profile,  # noqa: F401
    recovery_codes,  # noqa: F401
    security,  # noqa: F401
    sign_ins,  # noqa: F401
    step_up,  # noqa: F401
    username,  # noqa: F401
)
