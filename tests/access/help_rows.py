"""The endpoints of the help centre and who may use them; see `tests.access.table`."""

from __future__ import annotations

HELP: dict[str, str] = {
    "public.help": "open",
    "public.help_article": "no such link",
    "public.vote_help_article": "no such link",
    "public.guide": "open",
    "public.guide_step": "no such link",
    "portal.guided_payments": "own, none there",
    "office.help_articles": "staff",
    "office.new_help_article": "staff, none there",
    "office.create_help_article": "staff, none there",
    "office.help_article": "staff, none there",
    "office.update_help_article": "staff, none there",
}
