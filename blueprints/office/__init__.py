"""The pages of staff, and of landlords for what is theirs. Nobody else reaches any of them."""

from flask import Blueprint

from blueprints.shared import doors

office = Blueprint("office", __name__)
office.before_request(doors.office_only)

# The pages, one a line; each adds its routes to `office`.
from blueprints.office import (  # noqa: E402
    agreements,  # noqa: F401
    announcements,  # noqa: F401
    applications,  # noqa: F401
    audit,  # noqa: F401
    autopay,  # noqa: F401
    autopay_settings,  # noqa: F401
    bank,  # noqa: F401
    bank_deposits,  # noqa: F401
    bank_files,  # noqa: F401
    bank_lines,  # noqa: F401
    batches,  # noqa: F401
    by_phone,  # noqa: F401
    callers,  # noqa: F401
    canned_answers,  # noqa: F401
    cash_drawer,  # noqa: F401
    changes,  # noqa: F401
    charge_offs,  # noqa: F401
    charges,  # noqa: F401
    chat,  # noqa: F401
    corrections,  # noqa: F401
    counter,  # noqa: F401
    counter_several,  # noqa: F401
    credit_reporting,  # noqa: F401
    debit_forecast,  # noqa: F401
    delinquency,  # noqa: F401
    desk,  # noqa: F401
    disputes,  # noqa: F401
    document_templates,  # noqa: F401
    documents,  # noqa: F401
    expenses,  # noqa: F401
    exports,  # noqa: F401
    gaps,  # noqa: F401
    hand_over,  # noqa: F401
    help_articles,  # noqa: F401
    holds,  # noqa: F401
    imports,  # noqa: F401
    inquiries,  # noqa: F401
    journal,  # noqa: F401
    ladder,  # noqa: F401
    legal_caps,  # noqa: F401
    legal_days,  # noqa: F401
    messages,  # noqa: F401
    method_rules,  # noqa: F401
    notes,  # noqa: F401
    notice_texts,  # noqa: F401
    off_market,  # noqa: F401
    openings,  # noqa: F401
    operating,  # noqa: F401
    outcomes,  # noqa: F401
    owner_batches,  # noqa: F401
    owner_statements,  # noqa: F401
    owners,  # noqa: F401
    pay_links,  # noqa: F401
    people,  # noqa: F401
    person_tasks,  # noqa: F401
    phone_account,  # noqa: F401
    policies,  # noqa: F401
    promises,  # noqa: F401
    properties,  # noqa: F401
    proposed_fees,  # noqa: F401
    purchases,  # noqa: F401
    refunds,  # noqa: F401
    rent_roll,  # noqa: F401
    repairs,  # noqa: F401
    report_schedules,  # noqa: F401
    reports,  # noqa: F401
    return_rates,  # noqa: F401
    reversals,  # noqa: F401
    search,  # noqa: F401
    second_factors,  # noqa: F401
    set_up,  # noqa: F401
    sign_in_help,  # noqa: F401
    statements,  # noqa: F401
    tasks,  # noqa: F401
    tie_out,  # noqa: F401
    tonight,  # noqa: F401
    unclaimed,  # noqa: F401
    units,  # noqa: F401
    users,  # noqa: F401
    vehicles,  # noqa: F401
    viewing,  # noqa: F401
    waivers,  # noqa: F401
)
