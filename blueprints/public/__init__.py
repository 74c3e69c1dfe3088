"""The pages before sign-in, open to everybody."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from blueprints.shared.throttle import limiter
from domain.actions import hashing

public = Blueprint("public", __name__)


@public.record
def set_up(state: BlueprintSetupState) -> None:
    """Choose the cost of password hashes and begin to count requests per address, once per application."""
    settings = state.app.config["SETTINGS"]
    hashing.configure(cheap=settings.cheap_hashes)
    state.app.config.setdefault("THROTTLE", not settings.cheap_hashes)
    limiter.init_app(state.app)


# The pages, one import a line; each adds its routes to `public`.
from blueprints.public import (  # noqa: E402, F401
    alarm,
    calendar,
    check_document,
    claim,
    contact,
    guide,
    health,
    help,
    help_centre,
    home,
    incoming_texts,
    mailbox,
    manifest,
    metrics,
    new_device,
    offline,
    passkey,
    passwords,
    pay_link,
    readyz,
    recognise,
    recover,
    register,
    second_factor,
    service_worker,
    sign_in,
    unsubscribe,
    verify,
    webhooks,
)
