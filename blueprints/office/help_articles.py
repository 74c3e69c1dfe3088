"""The articles of the help centre: what helps and what does not, how one reads, every version, back to ours."""

from __future__ import annotations

from flask import abort, current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField
from wtforms.fields import SelectChoice

from blueprints.office import office
from blueprints.office.typed import blame, text_field
from blueprints.shared import htmx, lookup
from blueprints.shared.clock import now
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope
from domain.actions import help_articles as acts
from domain.reports import help_writing as reports
from domain.rules.help_articles import LANGUAGES, MOST_BODY, MOST_TITLE, MOST_WORDS, SLUG, TOPICS, Article
from domain.words import Conflict, Gone, Refused

NAMES = {"en": "English", "es": "Español"}


class ArticleForm(FlaskForm):
    title = text_field(_("Title"), MOST_TITLE)
    topic = SelectField(_("Topic"), validate_choice=False)
    words = text_field(_("Other words people may type"), MOST_WORDS)
    body = text_field(_("Article"), MOST_BODY, lines=True)
    version = HiddenField()

    def choose(self) -> ArticleForm:
        self.topic.choices = [SelectChoice(name, gettext(words)) for name, words in TOPICS.items()]
        return self

    def fill(self, article: Article, version: int) -> None:
        self.title.data, self.topic.data = article.title, article.topic
        self.words.data, self.body.data = article.words, article.body
        self.version.data = str(version)

    def article(self, slug: str, language: str) -> Article:
        return Article(
            slug,
            language,
            self.title.data or "",
            self.topic.data or "",
            self.words.data or "",
            self.body.data or "",
        )

    @property
    def expected(self) -> int:
        digits = self.version.data or ""
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 0


def require_writer() -> None:
    lookup.require(acts.RIGHT)
    if not acts.may_write(scope()):
        abort(403)


@office.get("/office/help")
def help_articles() -> ResponseReturnValue:
    require_writer()
    language = request.args.get("language") or str(current_app.extensions["language"]())
    language = language if language in LANGUAGES else "en"
    groups = reports.lines(scope(), language)
    return htmx.render("office/help_articles/index.html", groups=groups, tongues=NAMES, language=language)


@office.get("/office/help/new/<language>")
def new_help_article(language: str) -> ResponseReturnValue:
    require_writer()
    if language not in LANGUAGES:
        abort(404)
    return page("", language, ArticleForm(formdata=None).choose())


@office.post("/office/help/new/<language>")
def create_help_article(language: str) -> ResponseReturnValue:
    require_writer()
    if language not in LANGUAGES:
        abort(404)
    form = ArticleForm().choose()
    if not form.validate():
        return page("", language, form, 422)
    if "look" in request.form:
        return page("", language, form)
    try:
        slug = acts.add(form.article("", language), who=scope(), now=now())
    except Refused as refused:
        blame(form, refused)
        return page("", language, form, 422)
    flash(gettext("The article is in the help centre."))
    return htmx.see_other(url_for("office.help_article", slug=slug, language=language))


def known(slug: str, language: str) -> list[reports.Version]:
    """The versions of staff; 404 for an article that there is not in any language."""
    require_writer()
    if language not in LANGUAGES or SLUG.fullmatch(slug) is None or not reports.known(scope(), slug):
        abort(404)
    return reports.versions(scope(), slug, language)


@office.get("/office/help/<slug>/<language>")
def help_article(slug: str, language: str) -> ResponseReturnValue:
    versions = known(slug, language)
    asked = request.args.get("version", "")
    chosen = next((one for one in versions if str(one.number) == asked), versions[0] if versions else None)
    article = chosen.article if chosen and chosen.article.body else reports.ours(slug, language)
    form = ArticleForm(formdata=None).choose()
    form.version.data = str(versions[0].number if versions else 0)
    if article is not None:
        form.fill(article, versions[0].number if versions else 0)
    return page(slug, language, form)


@office.post("/office/help/<slug>/<language>")
def update_help_article(slug: str, language: str) -> ResponseReturnValue:
    """Publish, look at it, hide or show it, or go back to ours: whichever button was pressed."""
    known(slug, language)
    form = ArticleForm().choose()
    if not form.validate():
        return page(slug, language, form, 422)
    if "look" in request.form:
        return page(slug, language, form)
    try:
        flash(_done(slug, language, form))
    except (Conflict, Gone) as late:
        form.form_errors = [*form.form_errors, here().say(late.sentence)]
        return page(slug, language, form, 409)
    except Refused as refused:
        blame(form, refused)
        return page(slug, language, form, 422)
    return htmx.see_other(url_for("office.help_article", slug=slug, language=language))


def _done(slug: str, language: str, form: ArticleForm) -> str:
    who, moment = scope(), now()
    if "hide" in request.form:
        acts.hide(slug, language, form.expected, who=who, now=moment)
        return gettext("Readers do not find this article any more.")
    if "show" in request.form:
        acts.show(slug, language, form.expected, who=who, now=moment)
        return gettext("The article is in the help centre.")
    if "back" in request.form:
        acts.take_back(slug, language, form.expected, who=who, now=moment)
        return gettext("The article that comes with the program is shown again.")
    acts.write(form.article(slug, language), form.expected, who=who, now=moment)
    return gettext("The article is in the help centre.")


def page(slug: str, language: str, form: ArticleForm, status: int = 200) -> ResponseReturnValue:
    versions = reports.versions(scope(), slug, language) if slug else []
    ships = reports.ours(slug, language)
    return htmx.render(
        "office/help_articles/edit.html", status=status, slug=slug, language=language, form=form, versions=versions,
        tongues=NAMES, ships=ships is not None, hidden=bool(versions and versions[0].hidden),
        changed=bool(versions and versions[0].article.body), missing=reports.missing(scope(), slug) if slug else [],
        draft=form.article(slug, language), most_body=MOST_BODY, most_title=MOST_TITLE,
        most_words=MOST_WORDS,
    )  # fmt: skip
