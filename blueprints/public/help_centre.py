"""The help centre: articles by topic, search, one article, and whether it helped. For everybody."""

from __future__ import annotations

from flask import abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from blueprints.public import public
from blueprints.public.throttle import MAILS, limit_posts
from blueprints.shared import htmx
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.throttle import SEARCHES, limit_reads, visitor_address
from domain.actions import help_articles as acts
from domain.reports import help_centre as reports
from domain.rules.help_articles import Article
from domain.words import Gone, Refused

VOTES = ("yes", "no")


class VoteForm(FlaskForm):
    helped = HiddenField()
    missing = TextAreaField(_("What was missing?"), [Length(max=acts.MOST_MISSING)])


def language() -> str:
    return str(current_app.extensions["language"]())


@public.get("/help")
@limit_reads(SEARCHES)
def help() -> ResponseReturnValue:
    q = request.args.get("q", "")[:200]
    topics = [] if q.strip() else reports.by_topic(language())
    return htmx.render(
        "public/help_centre/help.html", "public/help_centre/_answers.html", q=q, topics=topics,
        answers=reports.search(q, language()),
    )  # fmt: skip


@public.get("/help/<slug>")
def help_article(slug: str) -> ResponseReturnValue:
    article = known(slug)
    return page(article, VoteForm(formdata=None), request.args.get("helped", ""))


@public.post("/help/<slug>/helped")
@limit_posts(MAILS)
def vote_help_article(slug: str) -> ResponseReturnValue:
    article, form = known(slug), VoteForm()
    vote = form.helped.data if form.helped.data in VOTES else ""
    if not vote or not form.validate():
        return page(article, form, vote, 422)
    try:
        acts.vote(slug, article.language, vote == "yes", form.missing.data or "", voter(), now=now())
    except Gone:
        abort(404)
    except Refused as refused:
        form.missing.errors = [here().say(refused.sentence)]
        return page(article, form, vote, 422)
    said = "said" if form.missing.data else vote
    return htmx.see_other(url_for("public.help_article", slug=slug, helped=said, _anchor="helped"))


def known(slug: str) -> Article:
    """The article in the reader's language or another one; 404 for one that there is not."""
    article = None if len(slug) > 80 or "\x00" in slug else reports.article(slug, language())
    if article is None:
        abort(404)
    return article


def page(article: Article, form: VoteForm, voted: str, status: int = 200) -> ResponseReturnValue:
    return htmx.render(
        "public/help_centre/article.html", status=status, article=article, form=form, voted=voted,
        others=reports.related(article), most=acts.MOST_MISSING,
    )  # fmt: skip


def voter() -> str:
    """Who votes, to count each once: a user, else the address and browser. Only a hash of it is kept."""
    if current_user.is_authenticated:
        return f"user:{current_user.user_id}"
    return f"{visitor_address()} {request.headers.get('User-Agent', '')[:200]}"
