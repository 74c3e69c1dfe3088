"""Who we think this customer is, and what of it they may change themselves."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from blueprints.portal import portal
from blueprints.shared import profiles


@portal.get("/profile")
def profile() -> ResponseReturnValue:
    return profiles.show()


@portal.post("/profile", endpoint="change_profile")
def change_profile() -> ResponseReturnValue:
    return profiles.save("portal.profile")
