"""The history of payments: search, filters in the address, pages, and the same as CSV and PDF."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, ValidationError

from blueprints.portal import portal
from blueprints.shared import frame, htmx
from blueprints.shared.clock import today
from blueprints.shared.fields import DayField
from blueprints.shared.formats import here
from blueprints.shared.signed_in import scope, viewed
from blueprints.shared.throttle import PAPERS, limit_reads
from domain.reports import agreements, checkouts
from domain.reports import payments as report
from domain.reports.payments_now import PaymentsNow, payments_now
from domain.reports.receipts import business_lines
from domain.reports.shown_states import PAID
from domain.words import Money
from papers.history import HistoryData, HistoryRow, history_pdf
from papers.tables import to_csv

BYTE_ORDER_MARK = "\ufeff"
MOST_PAGES = 1_000_000


class FilterForm(FlaskForm):
    class Meta:
        csrf = False

    q = StringField(_("Search"), [Length(max=80, message=_("Use at most 80 characters."))])
    agreement = SelectField(_("Agreement"), choices=[])
    status = SelectField(_("Status"), choices=[])
    first = DayField(_("From"), name="from")
    last = DayField(_("To"), name="to")

    def validate_last(self, field: DayField) -> None:
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(gettext("This day is before the day in “From”. Choose a later one."))

    def filters(self) -> report.Filters:
        """What was asked for; a field that could not be read does not narrow."""
        good = {field.short_name: None if field.errors else field.data for field in self}
        return report.Filters(
            agreement_ref=good["agreement"] or "", status=good["status"] or "",
            from_on=None if self.last.errors else good["from"], to_on=good["to"], words=(good["q"] or "").strip(),
        )  # fmt: skip


def filter_form() -> FilterForm:
    form = FilterForm(request.args)
    every = SelectChoice("", gettext("All"))
    form.agreement.choices = [every, *(SelectChoice(*one) for one in agreements.names(scope()))]
    form.status.choices = [
        every,
        *(SelectChoice(name, gettext(words)) for name, words in report.STATUSES.items()),
    ]
    form.agreement.data, form.status.data = form.agreement.data or "", form.status.data or ""
    return form


@portal.get("/payments")
def payments() -> ResponseReturnValue:
    form = filter_form()
    valid = form.validate()
    filters = form.filters()
    found = report.history(scope(), filters, page=_page_number())
    return htmx.render(
        "portal/payments/payments.html", "portal/payments/_found.html", 200 if valid else 422, form=form, found=found,
        filters=filters, pager=_pages(found), state_words=report.state_words, query=_query(),
        together=checkouts.together(scope(), found.lines), now=_now(filters, found),
    )  # fmt: skip


def _now(filters: report.Filters, found: report.History) -> PaymentsNow | None:
    """What stands now, above the first page of the whole history; nothing where somebody looks for something."""
    if htmx.wants_fragment() or filters.any or found.page > 1:
        return None
    return payments_now(scope(), today())


@portal.get("/payments/widgets/now")
def payments_standing() -> ResponseReturnValue:
    """What stands now, by itself: it refreshes without the history. Without scripts it is a page."""
    return htmx.render(
        "portal/payments/now.html", "portal/payments/_now.html", now=payments_now(scope(), today()),
        state_words=report.state_words,
    )  # fmt: skip


@portal.get("/payments.csv")
@limit_reads(PAPERS)
def payments_csv() -> ResponseReturnValue:
    form = filter_form()
    if not form.validate():
        return _refused(form)
    lines, paid = report.everything(scope(), form.filters())
    say = here().say
    head = [
        gettext("Date"), gettext("Agreement"), gettext("What for"), gettext("Amount"), gettext("Currency"),
        gettext("From"), gettext("Status"), gettext("What it paid"), gettext("Settled on"),
        gettext("Can be returned until"), gettext("Reference"),
    ]  # fmt: skip
    rows = [
        (
            line.begun_on, line.agreement_number, line.agreement_title, Money(line.amount_minor, line.currency),
            line.currency, say(line.method), say(report.state_words(line)),
            ", ".join(say(sentence) for sentence in paid.get(line.id, [])), line.settled_on,
            line.returnable(today()), line.ref,
        )
        for line in lines
    ]  # fmt: skip
    return _file(BYTE_ORDER_MARK + to_csv(head, rows), "text/csv", f"payments-{today()}.csv")


def payer_name() -> str:
    """Whose history it is: that of the customer, whoever looks at it."""
    other = viewed()
    return str(other.name if other else current_user.name)


@portal.get("/payments.pdf")
@limit_reads(PAPERS)
def payments_pdf() -> ResponseReturnValue:
    form = filter_form()
    if not form.validate():
        return _refused(form)
    filters = form.filters()
    lines, _paid = report.everything(scope(), filters, most=5_000)
    currencies = {line.currency for line in lines}
    if len(currencies) > 1:
        form.agreement.errors = [gettext("These agreements are in different currencies. Choose one of them.")]
        return _refused(form)
    business = frame.business() or {}
    data = HistoryData(
        business_lines=business_lines(business),
        payer=payer_name(),
        **_agreement_of(lines),
        from_on=filters.from_on or min((line.begun_on for line in lines), default=today()),
        to_on=filters.to_on or today(),
        printed_on=today(),
        rows=[
            HistoryRow(
                line.begun_on,
                line.agreement_name,
                line.method,
                report.state_in_full(line, today()),
                line.amount_minor,
            )
            for line in lines
        ],
        paid_minor=sum(line.amount_minor - int(line.refunded_minor) for line in lines if line.shown in PAID),
        currency=next(iter(currencies), business.get("currency", "USD")),
        test_mode=current_app.config["TEST_MODE"],
    )
    return _file(history_pdf(data, here().voice()), "application/pdf", f"payments-{today()}.pdf")


def _agreement_of(lines: list[report.Line]) -> dict[str, str]:
    """The one agreement these payments are of, for the head of the paper, or the words that they are of several."""
    named = {(line.agreement_number, line.agreement_title) for line in lines}
    number, title = named.pop() if len(named) == 1 else ("", gettext("All agreements"))
    return {"agreement_number": number, "agreement_title": title}


def _file(content: str | bytes, mimetype: str, name: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _refused(form: FilterForm) -> ResponseReturnValue:
    filters = form.filters()
    found = report.history(scope(), filters)
    return htmx.render(
        "portal/payments/payments.html", status=422, form=form, found=found, filters=filters, pager=_pages(found),
        state_words=report.state_words, query=_query(), now=None,
        together=checkouts.together(scope(), found.lines),
    )  # fmt: skip


def _page_number() -> int:
    digits = request.args.get("page", "1")
    return min(int(digits), MOST_PAGES) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 1


def _query() -> dict[str, str]:
    """What the address asks for, without the page: carried along by links."""
    names = ("q", "agreement", "status", "from", "to")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _pages(found: report.History) -> dict[str, Any]:
    def address(number: int) -> str | None:
        return url_for("portal.payments", **_query(), page=number) if 1 <= number <= found.pages else None

    return {
        "number": found.page, "pages": found.pages, "total": found.total,
        "previous_url": address(found.page - 1), "next_url": address(found.page + 1),
    }  # fmt: skip
