"""The yardstick of the dashboard: a plain Flask page with a sign-in and four ORM queries, and nothing else.

Flask-Login with its signed session cookie, Flask-SQLAlchemy, one short template without a layout; the same tables, the
same database, the same rows as our page reads. No translation, no formats, no policy headers, no rules of money.
"""

from __future__ import annotations

import os

from flask import Flask, render_template_string
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import Agreement, AgreementParty, Balance, Payment, PaymentMethod, User, db

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Home</title></head><body>
<h1>Hello, {{ user.username }}</h1>
<h2>Agreements</h2>
<table>{% for agreement in agreements %}
<tr><td>{{ agreement.number }}</td><td>{{ agreement.title }}</td>
<td>{{ agreement.loan.principal_minor / 100 }}</td></tr>
{% endfor %}</table>
<h2>Balances</h2>
<table>{% for balance in balances %}
<tr><td>{{ balance.account }}</td><td>{{ balance.amount_minor / 100 }}</td></tr>
{% endfor %}</table>
<h2>Payments</h2>
<table>{% for payment in payments %}
<tr><td>{{ payment.begun_on }}</td><td>{{ payment.amount_minor / 100 }}</td><td>{{ payment.state }}</td></tr>
{% endfor %}</table>
<h2>Methods</h2>
<ul>{% for method in methods %}<li>{{ method.label }}</li>{% endfor %}</ul>
</body></html>"""


class Visitor(UserMixin):
    def __init__(self, user: User):
        self.id, self.username, self.person_id = user.id, user.username, user.person_id


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "a bench has no secrets"
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DUEBOOK_DATABASE_URL"]
    db.init_app(app)
    login = LoginManager(app)

    @login.user_loader
    def load(user_id: str) -> Visitor | None:
        user = db.session.get(User, int(user_id))
        return Visitor(user) if user else None

    @app.get("/healthz")
    def health() -> str:
        return "ok"

    @app.get("/sign-in/<ref>")
    def sign_in(ref: str) -> str:
        login_user(Visitor(db.session.scalars(select(User).where(User.ref == ref)).one()))
        return "signed in"

    @app.get("/dashboard")
    @login_required
    def dashboard() -> str:
        mine = select(AgreementParty.agreement_id).where(AgreementParty.person_id == current_user.person_id)
        agreements = db.session.scalars(
            select(Agreement).where(Agreement.id.in_(mine)).options(joinedload(Agreement.loan))
        ).all()
        balances = db.session.scalars(select(Balance).where(Balance.agreement_id.in_(mine))).all()
        payments = db.session.scalars(
            select(Payment).where(Payment.agreement_id.in_(mine)).order_by(Payment.id.desc()).limit(5)
        ).all()
        methods = db.session.scalars(
            select(PaymentMethod).where(PaymentMethod.person_id == current_user.person_id)
        ).all()
        return render_template_string(
            PAGE,
            user=current_user,
            agreements=agreements,
            balances=balances,
            payments=payments,
            methods=methods,
        )

    return app
