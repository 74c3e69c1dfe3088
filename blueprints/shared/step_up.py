"""Ask the person to prove again that it is them, before something risky (safety A22, A23).

A route asks at both ends: where the form is shown, so that nothing is typed in vain, and where it is taken. A form that
was refused is not sent again by itself; the person comes back to its page.

    @account.get("/account/password")
    @needs_step_up()
    def password(): ...

Where an amount or an account is shown, the mark of it is bound in: `required(about=f"{amount}:{payee}", back=...)`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from blueprints.shared import htmx
from blueprints.shared.clock import now
from blueprints.shared.doors import local_path
from domain.actions import step_ups
from domain.reports.my_factors import my_factors

ABOUT = "step_up"


def required(about: str = "", *, words: str = "", back: str = "") -> ResponseReturnValue | None:
    """None when the person proved it lately, else the way to the page where they do.

    `about`: what is shown here, exactly; it changes, the proof is asked again. `words`: the same as a sentence for the
    page that asks. `back`: the page to come back to; where it is not given, this one if it was read, else the same
    address, whose form it was.
    """
    if _stands(about):
        return None
    session[ABOUT] = [about, words]
    reading = request.method in ("GET", "HEAD")
    here = local_path(request.full_path.rstrip("?") if reading else request.path)
    return htmx.see_other(url_for("account.step_up", next=back or here or None))


def needs_step_up(back: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a route that shows nothing to bind to. `back`: endpoint of its page, where it is another one."""

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def guarded(*arguments: Any, **named: Any) -> Any:
            return required(back=url_for(back) if back else "") or view(*arguments, **named)

        return guarded

    return guard


def asked_for() -> tuple[str, str]:
    """What the step-up that was asked for in this browser is about, and its words; empty when it is about nothing."""
    asked = session.get(ABOUT)
    return (str(asked[0]), str(asked[1])) if isinstance(asked, list) and len(asked) == 2 else ("", "")


def answered() -> None:
    """Forget what was asked for: it was proved."""
    session.pop(ABOUT, None)


def _stands(about: str) -> bool:
    facts = {
        "stepped_up_at": current_user.stepped_up_at, "stepped_up_for": current_user.stepped_up_for,
        "strength": current_user.strength, "created_at": current_user.created_at, "about": about, "now": now(),
    }  # fmt: skip
    if step_ups.stands(second_factor=False, **facts):
        # Only where the password alone would do does it matter whether there is more.
        return current_user.strength not in step_ups.BY_ONE or step_ups.stands(
            second_factor=my_factors(current_user.scope).any, **facts
        )
    return False
