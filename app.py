"""The web application. `create_app` reads as the list of steps by which one installation comes to life.

`python app.py` serves it for development; `make run` serves it with gunicorn.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, abort, make_response, request, session
from flask_babel import Babel
from flask_login import current_user
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy import Engine, event
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

import cli
import jobs
from blueprints.shared import assets, bell, card_numbers, formats, frame, headers, htmx, origins, signed_in
from blueprints.shared.leaving import leave_links
from channels.configured import hook_secret, mail_by_settings, push_by_settings, texts_by_settings
from channels.email import SmtpSettings
from channels.sms.http import SmsSettings
from config import ROOT, KeyFile, Settings, Unsafe, read_settings
from domain import sealing, transaction
from domain.actions.outbox import Post
from domain.records import contacts
from domain.words import Conflict, DomainError, Gone, NotAllowed, Refused
from gateways import registry
from gateways.configured import by_settings
from gateways.sandbox.client import EmbeddedSandbox, RemoteSandbox
from keeping import dangers
from models import db
from papers.formats import Formats

STATUS: dict[type[DomainError], int] = {
    Refused: 422,
    NotAllowed: 403,
    Gone: 404,
    Conflict: 409,
    DomainError: 422,
}
log = structlog.get_logger()


def create_app(given: Mapping[str, object] | None = None) -> Flask:
    """One installation, from `given` settings over the environment (see config.read_settings). Raises Unsafe."""
    os.umask(0o077)
    settings = read_settings(given)
    dangers.refuse(dangers.of_settings(settings))
    app = Flask(__name__, static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates"))
    configure(app, settings)
    open_database(app, settings)
    sealing.follow(settings.sealing_keys)
    open_gateways(app, settings)
    open_post(app, settings)
    speak_languages(app)
    limit_bodies(app)
    signed_in.init_app(app)
    origins.init_app(app)
    CSRFProtect(app)
    card_numbers.init_app(app)
    for part in (formats, assets, frame, bell):
        part.init_app(app)
    mount_pages(app)
    answer_errors(app)
    headers.init_app(app)
    cli.init_app(app)
    jobs.init_app(app, settings)
    return app


def configure(app: Flask, settings: Settings) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    sandbox_origin = _origin(settings.sandbox_url)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.older_secret_keys),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MIGRATION_URL=settings.migration_url,
        SETTINGS=settings,
        PRODUCTION=settings.production,
        TESTING=settings.testing,
        TEST_MODE=not settings.live_gateway,
        BASE_URL=settings.base_url,
        SANDBOX_DATABASE=str(settings.sandbox_database),
        FORM_TARGETS=sandbox_origin,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="__Host-duebook_page" if settings.production else "duebook_page",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.extensions["clock"] = settings.clock
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]


def open_database(app: Flask, settings: Settings) -> None:
    """Two engines on one database: the pages' one reads and cannot write, `transaction()` owns the other."""
    # What a statement was run with is personal: it stands in no log beside the fault.
    engine_options: dict[str, object] = {"hide_parameters": True}
    if settings.database_url.startswith("postgresql"):
        options = "-c timezone=UTC -c default_transaction_read_only=on"
        engine_options |= {"pool_pre_ping": True, "connect_args": {"options": options}}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            read_only(db.engine)
        dangers.refuse(dangers.of_database(settings, db.engine))
    app.extensions["write_engine"] = transaction.write_engine(settings.database_url)
    transaction.configure(app.extensions["write_engine"])


def read_only(engine: Engine) -> None:
    """Make a SQLite engine read: deferred begin (no wait behind a writer), query_only."""

    def pragmas(connection: object, record: object) -> None:
        transaction.sqlite_pragmas(connection, record)
        connection.execute("PRAGMA query_only=ON")  # type: ignore[attr-defined]

    event.listen(engine, "connect", pragmas)
    # Not by an event: one listener on an engine's connections slows every statement of them.
    engine.dialect.do_begin = lambda connection: connection.execute("BEGIN")  # type: ignore[method-assign]


def open_gateways(app: Flask, settings: Settings) -> None:
    """The processor, and the ways to pay by files that the settings describe.

    Beside a way that moves real money there is no sandbox (M25); behind a card processor that is only tried it stands.
    """
    try:
        cards, files = by_settings(settings.ways, settings.clock.zone, settings.origins)
    except ValueError as problem:
        raise Unsafe(str(problem)) from problem
    live = (cards and cards.live) or any(one.live for one in files)
    sandbox = [] if live else [_sandbox(app, settings)]
    pages = [app.config["FORM_TARGETS"], *(cards.page_origins if cards else ())]
    app.config["FORM_TARGETS"] = " ".join(filter(None, pages))
    registry.configure(*([cards] if cards else []), *sandbox, *files)


def _sandbox(app: Flask, settings: Settings) -> EmbeddedSandbox | RemoteSandbox:
    """The sandbox is embedded unless an address says that it runs as a server of its own."""
    if settings.sandbox_url:
        return RemoteSandbox(settings.sandbox_url, settle_days=settings.sandbox_settle_days)
    sandbox = EmbeddedSandbox(
        settings.sandbox_database,
        public_url=f"{settings.base_url}/sandbox-processor",
        settle_days=settings.sandbox_settle_days,
    )
    app.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
        app.wsgi_app, {"/sandbox-processor": sandbox.wsgi_app(return_origins=settings.origins)}
    )
    return sandbox


def open_post(app: Flask, settings: Settings) -> None:
    """Mails go to the configured server; without one they stand in the installation's own mailbox folder. Text messages
    as well, but only on this machine: other people's codes must not end in a folder."""
    contacts.configure(settings.clock.zone)
    server, gateway, folder = None, None, None
    if settings.smtp_host:
        how = settings.smtp_security
        server = SmtpSettings(
            settings.smtp_host, settings.smtp_port, settings.smtp_user, settings.smtp_password,
            starttls=how == "starttls", ssl=how == "ssl", sender=settings.mail_from,
        )  # fmt: skip
    if settings.sms_url:
        gateway = SmsSettings(settings.sms_url, settings.sms_token, settings.sms_from)
    elif not settings.production and not settings.smtp_host:
        folder = settings.mailbox
    push_key = KeyFile(settings.sealing_keys.path.with_name("push.key"))
    try:
        pushes = push_by_settings(settings.ways, push_key.make(), settings.mail_from, settings.production)
        app.config["SMS_HOOK_SECRET"] = hook_secret(settings.ways)
    except ValueError as problem:
        raise Unsafe(str(problem)) from problem
    app.extensions["post"] = Post(
        channel=mail_by_settings(server, settings.mailbox, settings.mail_from),
        texts=texts_by_settings(gateway, folder),
        pushes=pushes,
        leave=leave_links(settings),
        formats=lambda language, zone: Formats(language or "en", settings.clock.zone, clock=zone),
        base_url=settings.base_url,
        test_mode=not settings.live_gateway,
    )


def speak_languages(app: Flask) -> None:
    def chosen() -> str:
        """The language of this visit: the one picked, else the person's own, else what the browser asks for."""
        if not request:
            return "en"
        wanted = session.get("language") or (current_user.language if current_user.is_authenticated else "")
        if wanted in frame.LANGUAGES:
            return wanted
        return request.accept_languages.best_match(list(frame.LANGUAGES)) or "en"

    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "translations")
    Babel(app, locale_selector=chosen)
    app.extensions["language"] = chosen
    app.jinja_env.add_extension("jinja2.ext.i18n")


def mount_pages(app: Flask) -> None:
    from blueprints.account import account
    from blueprints.office import office
    from blueprints.portal import portal
    from blueprints.public import public

    for pages in (public, portal, office, account):
        app.register_blueprint(pages)


def limit_bodies(app: Flask) -> None:
    """Files may be large, typed forms may not (their limit misses a plain form's whole body); no name has a NUL."""

    @app.before_request
    def measure() -> None:
        if request.mimetype == "application/x-www-form-urlencoded" or request.path.startswith("/webhooks/"):
            request.max_content_length = app.config["MAX_FORM_MEMORY_SIZE"]
        if "\x00" in request.path:
            abort(404)


def answer_errors(app: Flask) -> None:
    """Every refusal becomes a page (or its fragment) with a sentence and what to do; nothing internal is shown."""

    def page(code: int, text: str | None = None) -> Response:
        # An error page must render even when the database does not answer.
        shown = {"code": code, "text": text, "trace": headers.request_id()}
        return htmx.render("errors/error.html", "errors/_error.html", code, **shown)

    def plain(code: int, text: str | None = None) -> Response:
        # Without what every page is given, which may be what is broken.
        template = app.jinja_env.get_template("errors/plain.html")
        return make_response(template.render(title=text, trace=headers.request_id()), code)

    @app.errorhandler(DomainError)
    def refused(error: DomainError) -> Response:
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        headers.note_refusal(status)
        return page(status, formats.here().say(error.sentence))

    @app.errorhandler(CSRFError)
    def out_of_date(_error: CSRFError) -> Response:
        return page(400, formats.here().translate("This form is out of date. Nothing was sent."))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        code = error.code or 500
        if code < 400:
            return make_response(error.get_response())
        if isinstance(error, SecurityError):
            # The name the visitor used for us is not ours, so no address can be made and no page of ours rendered.
            return plain(400, formats.here().translate("This portal does not go by that name."))
        shown = (
            code if code in (400, 403, 404, 405, 409, 413, 422, 429, 500, 503) else 400 if code < 500 else 500
        )
        headers.note_refusal(shown)
        answer = page(shown)
        if isinstance(error, MethodNotAllowed):
            answer.allow.update(error.valid_methods or ())
        return answer

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        path = headers.shown_path(request.path)
        log.error("fault", request_id=headers.request_id(), path=path, exc_info=error)
        db.session.rollback()
        try:
            return page(500)
        except Exception:
            return plain(500)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


if __name__ == "__main__":
    create_app().run(
        host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ.get("PORT", "8000")), threaded=True
    )
