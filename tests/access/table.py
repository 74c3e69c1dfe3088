"""Every endpoint and who may use it. A new route fails tests/test_access.py until somebody adds its row here.

A row names a rule; a rule says what each visitor is answered when reading, and when sending a form:

`page`   the page, a file, or (for a form sent empty) an answer of ours: 200, 303, 409, 410 or 422
`in`     to the sign-in form        `code`   to the second step        `away`   to where they belong
`404`    it is not there for them   `403`    they see it is there and may not
"""

from __future__ import annotations

VISITORS = ("anonymous", "half", "customer", "stranger", "staff", "landlord", "admin")
"""Half: staff before their code. Customer: Bo, whose agreement, payment and method addresses name. Stranger: Stan."""

Answers = dict[str, str]


def everybody(answer: str) -> Answers:
    return dict.fromkeys(VISITORS, answer)


def answers(
    anonymous: str, half: str, customer: str, stranger: str, staff: str, landlord: str, admin: str
) -> Answers:
    return dict(zip(VISITORS, (anonymous, half, customer, stranger, staff, landlord, admin), strict=True))


# rule -> (when reading, when sending)
RULES: dict[str, tuple[Answers, Answers]] = {
    "open": (everybody("page"), everybody("page")),
    "no such link": (everybody("404"), everybody("404")),
    "sign in": (answers("page", "away", "away", "away", "away", "away", "away"), everybody("page")),
    "second step": (
        answers("away", "page", "away", "away", "away", "away", "away"),
        answers("away", "page", "away", "away", "away", "away", "away"),
    ),
    "pay": (answers("page", "page", "away", "away", "page", "page", "page"), everybody("405")),
    "language": (everybody("away"), everybody("405")),
    # every customer, about themselves
    "own": (
        answers("in", "code", "page", "page", "away", "away", "away"),
        answers("in", "code", "page", "page", "404", "404", "404"),
    ),
    # everybody who is signed in, about themselves
    "me": (
        answers("in", "code", "page", "page", "page", "page", "page"),
        answers("in", "code", "page", "page", "page", "page", "page"),
    ),
    # what is named here is nobody's, or somebody else's
    "me, none there": (
        answers("in", "code", "404", "404", "404", "404", "404"),
        answers("in", "code", "404", "404", "404", "404", "404"),
    ),
    # the same, but one who has a single agreement is led straight on to it
    "own, leads on": (
        answers("in", "code", "away", "page", "away", "away", "away"),
        answers("in", "code", "page", "page", "404", "404", "404"),
    ),
    # the customer whom the agreement, payment or method belongs to
    "theirs": (
        answers("in", "code", "page", "404", "away", "away", "away"),
        answers("in", "code", "page", "404", "404", "404", "404"),
    ),
    # what is named here belongs to nobody yet: the door is what counts
    "own, none there": (
        answers("in", "code", "404", "404", "away", "away", "away"),
        answers("in", "code", "404", "404", "404", "404", "404"),
    ),
    "office": (
        answers("in", "code", "404", "404", "page", "page", "page"),
        answers("in", "code", "404", "404", "page", "page", "page"),
    ),
    "staff": (
        answers("in", "code", "404", "404", "page", "403", "page"),
        answers("in", "code", "404", "404", "page", "403", "page"),
    ),
    "staff, leads on": (
        answers("in", "code", "404", "404", "away", "403", "away"),
        answers("in", "code", "404", "404", "page", "403", "page"),
    ),
    "staff, none there": (
        answers("in", "code", "404", "404", "404", "403", "404"),
        answers("in", "code", "404", "404", "404", "403", "404"),
    ),
    "admin": (
        answers("in", "code", "404", "404", "403", "403", "page"),
        answers("in", "code", "404", "404", "403", "403", "page"),
    ),
}

ROWS: dict[str, str] = {
    "static": "open",
    # before sign-in
    "public.ask_claim": "open",
    "public.ask_recovery": "open",
    "public.ask_username": "open",
    "public.claim": "open",
    "public.claim_link": "no such link",
    "public.confirm_second_factor": "second step",
    "public.contact": "open",
    "public.healthz": "open",
    "public.help": "open",
    "public.home": "open",
    "public.language": "language",
    "public.mailbox": "open",
    "public.mailbox_attachment": "no such link",
    "public.pay": "pay",
    "public.recover": "open",
    "public.recover_link": "no such link",
    "public.recover_username": "open",
    "public.renew_claim_link": "open",
    "public.second_factor": "second step",
    "public.sign_in": "sign in",
    "public.sign_out": "open",
    "public.start_sign_in": "open",
    "public.terms": "open",
    "public.use_claim_link": "no such link",
    "public.use_recover_link": "no such link",
    # one's own way in
    "account.end_other_sign_ins": "me",
    "account.end_sign_in": "me, none there",
    "account.prove_step_up": "me",
    "account.security": "me",
    "account.sign_ins": "me",
    "account.step_up": "me",
    # the customer
    "portal.agreement": "theirs",
    "portal.ask_remove_method": "theirs",
    "portal.change_profile": "own",
    "portal.check_payment": "theirs",
    "portal.checkout": "own, none there",
    "portal.checkout_state": "own, none there",
    "portal.choose_checkout": "own",
    "portal.choose_payment": "theirs",
    "portal.confirmed_payment": "theirs",
    "portal.create_checkout": "own",
    "portal.create_payment": "theirs",
    "portal.dashboard": "own",
    "portal.dashboard_widget": "own",
    "portal.method_return": "own, none there",
    "portal.methods": "own",
    "portal.new_checkout": "own",
    "portal.new_method": "own",
    "portal.new_payment": "theirs",
    "portal.pay": "own, leads on",
    "portal.payment": "theirs",
    "portal.payment_state": "theirs",
    "portal.payments": "own",
    "portal.payments_csv": "own",
    "portal.payments_pdf": "own",
    "portal.payoff": "theirs",
    "portal.payoff_letter": "theirs",
    "portal.plans": "own, leads on",
    "portal.preview_checkout": "own",
    "portal.preview_payment": "theirs",
    "portal.profile": "own",
    "portal.progress": "theirs",
    "portal.receipt_pdf": "theirs",
    "portal.remove_method": "theirs",
    "portal.review_checkout": "own",
    "portal.review_payment": "theirs",
    "portal.save_method": "own, none there",
    "portal.schedule": "theirs",
    "portal.statement": "own, none there",
    "portal.statement_pdf": "own, none there",
    "portal.statement_why": "own, none there",
    "portal.statements": "theirs",
    "portal.what_if": "theirs",
    "portal.why": "theirs",
    # the office
    "office.abandon_import": "staff, none there",
    "office.add_holder": "staff",
    "office.agreement": "staff",
    "office.agreements": "staff",
    "office.answer_import": "staff, none there",
    "office.ask_lift_hold": "staff, none there",
    "office.ask_take_off": "staff, none there",
    "office.change_policy": "admin",
    "office.change_returned_payment_fee": "admin",
    "office.changes": "staff",
    "office.charge": "staff, none there",
    "office.charges": "staff",
    "office.check_purchases": "staff",
    "office.choose_agreement": "staff",
    "office.commit_import": "staff, none there",
    "office.contact": "staff, leads on",
    "office.counter": "staff",
    "office.create_agreement": "staff",
    "office.create_change": "staff",
    "office.create_charge": "staff",
    "office.create_charge_off": "admin",
    "office.create_correction": "staff, none there",
    "office.create_hold": "staff",
    "office.create_legal_cap": "admin",
    "office.create_payment": "staff",
    "office.create_person": "staff",
    "office.create_policy": "admin",
    "office.create_property": "staff",
    "office.create_purchases": "staff",
    "office.create_unit": "staff",
    "office.create_version": "admin",
    "office.create_waiver": "staff, none there",
    "office.desk": "office",
    "office.desk_widget": "staff",
    "office.draft_agreement": "staff",
    "office.edit_contact": "staff",
    "office.edit_property": "staff",
    "office.edit_unit": "staff",
    "office.find_holders": "staff",
    "office.final_statement": "staff, none there",
    "office.import_batch": "staff, none there",
    "office.import_progress": "staff, none there",
    "office.imports": "staff",
    "office.invite_person": "staff",
    "office.journal": "staff",
    "office.journal_csv": "staff",
    "office.journal_why": "staff",
    "office.leave_proposed_fee": "staff",
    "office.legal_caps": "staff",
    "office.lift_hold": "staff, none there",
    "office.new_agreement": "staff",
    "office.new_change": "staff",
    "office.new_charge": "staff",
    "office.new_charge_off": "admin",
    "office.new_correction": "staff, none there",
    "office.new_hold": "staff",
    "office.new_holder": "staff",
    "office.new_import": "staff",
    "office.new_legal_cap": "admin",
    "office.new_payment": "staff",
    "office.new_person": "staff",
    "office.new_policy": "admin",
    "office.new_property": "staff",
    "office.new_purchases": "staff",
    "office.new_unit": "staff",
    "office.new_waiver": "staff, none there",
    "office.past_due": "staff",
    "office.payment": "staff",
    "office.payment_receipt": "staff",
    "office.people": "staff",
    "office.person": "staff",
    "office.policies": "staff",
    "office.policy": "staff",
    "office.post_proposed_fee": "staff",
    "office.preview_agreement": "staff",
    "office.preview_payment": "staff",
    "office.preview_policy": "admin",
    "office.preview_version": "admin",
    "office.properties": "staff",
    "office.property": "staff",
    "office.proposed_fees": "staff",
    "office.resume_import": "staff, none there",
    "office.returned_payment_fee": "admin",
    "office.review_agreement": "staff",
    "office.review_change": "staff",
    "office.review_charge": "staff",
    "office.review_charge_off": "admin",
    "office.review_correction": "staff, none there",
    "office.review_payment": "staff",
    "office.review_waiver": "staff, none there",
    "office.schedule": "staff",
    "office.search": "staff",
    "office.supersede_legal_cap": "admin",
    "office.take_off": "staff, none there",
    "office.undo_import": "staff, none there",
    "office.unit": "staff",
    "office.update_contact": "staff",
    "office.update_property": "staff",
    "office.update_unit": "staff",
    "office.why": "staff",
    "office.why_draft": "staff",
}
