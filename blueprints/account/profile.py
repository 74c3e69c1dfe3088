"""The same about oneself for staff and landlords, who have no pages in the portal."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from blueprints.account import account
from blueprints.shared import profiles


@account.get("/account/profile")
def profile() -> ResponseReturnValue:
    return profiles.show()


@account.post("/account/profile", endpoint="change_profile")
def change_profile() -> ResponseReturnValue:
    return profiles.save("account.profile")
