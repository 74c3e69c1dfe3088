"""A small application that shows the layouts and macros alone, under the strict policy, without the business.

`showroom()` -> Flask. Pages: /home (a customer's), /form (every kind of field; POST checks it), /table (the office's),
/door (before sign-in), /broken (the error page). What was posted is kept in `app.extensions["posted"]`.
"""

from __future__ import annotations

from pathlib import Path
from time import sleep
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import FileSystemLoader
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)  # fmt: skip
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

ROOT = Path(__file__).resolve().parents[2]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
CUSTOMER = [
    ("Home", "/home", "home"), ("Pay", "/form", "wallet"), ("Plan", "/plan", "calendar-days"),
    ("History", "/history", "receipt"), ("Methods", "/methods", "landmark"),
]  # fmt: skip
OFFICE = [
    ("Desk", "/desk", "home"), ("People", "/people", "users"), ("Agreements", "/agreements", "file-text"),
    ("Counter", "/counter", "banknote"), ("Imports", "/imports", "upload"), ("Rent roll", "/table", "building"),
]  # fmt: skip
DOOR = [("Pay", "/pay", "wallet"), ("Help", "/help", "help-circle"), ("Contact", "/contact", "phone")]


class PayForm(FlaskForm):
    choice = RadioField(
        "How much?",
        choices=[
            SelectChoice("due", "What is due"), SelectChoice("payoff", "Pay it all off"),
            SelectChoice("other", "Another amount"),
        ],
        default="due",
    )  # fmt: skip
    amount = StringField(
        "Another amount", validators=[InputRequired("Enter an amount, for example 155.97.")],
        description="Numbers with a point or a comma.",
    )  # fmt: skip
    method = RadioField(
        "Pay from", choices=[SelectChoice("bank", "Bank ••6789"), SelectChoice("card", "Card ••4242")],
        validators=[InputRequired("Choose where the money comes from.")],
    )  # fmt: skip
    on = DateField("On")
    often = SelectField("How often", choices=["Every month", "Every two weeks"], default="Every month")
    note = TextAreaField("Note to the business")
    paper = FileField("A document")
    password = PasswordField("Password")
    agree = BooleanField("I authorise this payment once.", validators=[InputRequired("Tick this to go on.")])


def _money(minor: int, currency: str = "USD") -> str:
    return f"${minor // 100:,}.{minor % 100:02}"


def _frame() -> dict[str, Any]:
    entries = {"/table": OFFICE, "/door": DOOR}.get(request.path, CUSTOMER)
    return {
        "business": {
            "name": "Harbor Motors", "phone": "+1 555 010 0199", "email": "office@harbor.example",
            "address_lines": ["12 Quay Street", "Portland, ME 04101"], "hours": "Mon to Fri 9 to 17",
        },
        "nav": [(label, url, icon, url == request.path) for label, url, icon in entries],
        "me": None if request.path == "/door" else SimpleNamespace(name="Bo Rivera"),
        "me_nav": [("Profile", "/profile", "user", False)],
        "links": {"home": "/home", "sign_out": "/out", "search": "/search", "contact": "/contact"},
        "languages": [("en", "English", "?l=en", True), ("es", "Español", "?l=es", False)],
        "footer_nav": [("Help", "/help"), ("Privacy", "/privacy")],
        "test_mode": True,
    }  # fmt: skip


A_WHILE = 0.3
"""Seconds until a posted form is answered: an answer within a double click would put a new button under the finger."""


def showroom() -> Flask:
    app = Flask("showroom", root_path=str(ROOT))
    app.config.update(SECRET_KEY="only for the showroom", WTF_CSRF_TIME_LIMIT=None)
    app.jinja_loader = FileSystemLoader([ROOT / "templates", Path(__file__).parent / "pages"])
    app.jinja_env.globals["asset"] = lambda name: f"/static/{name}"
    app.jinja_env.globals["bell"] = lambda: SimpleNamespace(
        count=3, shown="3", list_url="/notices", renewed_from="/notices/count", here=False
    )
    app.jinja_env.filters["money"] = _money
    app.context_processor(_frame)
    app.extensions["posted"] = []
    CSRFProtect(app)
    Babel(app)

    @app.after_request
    def guard(answer):
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    @app.get("/<any(home, table, door):name>")
    def page(name: str):
        return render_template(f"{name}.html")

    @app.route("/form", methods=["GET", "POST"])
    def form():
        checked = PayForm()
        if request.method == "POST":
            sleep(A_WHILE)
            app.extensions["posted"].append(request.form.to_dict())
            checked.validate()
        return render_template("form.html", form=checked), 422 if checked.errors else 200

    @app.post("/part")
    def part():
        app.extensions["posted"].append(request.form.to_dict())
        return render_template("_wrong.html"), 422

    @app.get("/why")
    def why():
        return render_template("_why.html")

    @app.get("/news")
    def news():
        return render_template("_news.html")

    @app.get("/broken")
    def broken():
        return render_template("errors/error.html", code=404, trace="7F3K-22"), 404

    return app
