"""What tests of the customer's pages of autopay share: going through the wizard to its end."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

from tests.fixtures.forms import fields_of


def check_address(loan: str, method: str, /, **wishes: str) -> str:
    """The address of the wizard's last step."""
    values = {"rule": "due", "cadence": "due", "method": method, "step": "check"} | wishes
    return f"/agreements/{loan}/autopay/new?{urlencode(values)}"


def last_step(client, address: str) -> tuple[str, dict[str, str]]:
    """(where the form of the last step goes, its fields with the tick)."""
    page = client.get(address).text
    action = unescape(re.search(r'action="([^"]*/(?:autopay\?|accept)[^"]*)"', page).group(1))
    return action, fields_of(page, action) | {"agree": "y"}


def accept(client, address: str, **wishes: str):
    action, form = last_step(client, address)
    return client.post(action, data={name: value for name, value in (form | wishes).items() if value})


def switch_on(client, loan: str, method: str, **wishes: str) -> str:
    """Ref of the contract that the wizard made."""
    answer = accept(client, check_address(loan, method, **wishes))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].partition("?")[0].rpartition("/")[2]
