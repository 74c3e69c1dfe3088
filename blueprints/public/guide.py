"""A few questions that lead to one answer. Each is a page of its own, so that Back goes back a question."""

from __future__ import annotations

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from blueprints.public import public
from blueprints.shared import htmx
from domain.rules.help_guides import FIRST, STEPS, Choice


@public.get("/guide")
def guide() -> ResponseReturnValue:
    return page(FIRST)


@public.get("/guide/<step>")
def guide_step(step: str) -> ResponseReturnValue:
    if step not in STEPS:
        abort(404)
    return page(step)


def page(step: str) -> ResponseReturnValue:
    asked = STEPS[step]
    return htmx.render(
        "public/guide/guide.html", step=step, asked=asked, first=step == FIRST,
        ways=[(choice.words, address(choice)) for choice in asked.choices],
    )  # fmt: skip


def address(choice: Choice) -> str:
    """Where a choice leads. What became of one's own payments is shown to who is signed in."""
    if choice.way == "step":
        return url_for("public.guide_step", step=choice.target)
    if choice.way == "article":
        return url_for("public.help_article", slug=choice.target)
    if choice.way == "payments":
        return url_for("portal.guided_payments", which=choice.target)
    return url_for(choice.target)
