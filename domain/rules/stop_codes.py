"""Why a planned payment was not sent on its day, in words. Codes are ours; gateways never see them."""

from __future__ import annotations

from domain.words import N_

STOPPED: dict[str, tuple[str, str]] = {
    "nothing_owed": (
        N_("Nothing was owed any more on the day of this payment, so it was not sent."),
        N_("Nothing was taken and there is nothing to do."),
    ),
    "agreement_closed": (
        N_("The agreement was closed before the day of this payment."),
        N_("Nothing was taken. Ask us if you think that something is still owed."),
    ),
    "on_hold": (
        N_("Payments on this agreement are stopped for now."),
        N_("Nothing was taken. Call or visit us to pay."),
    ),
    "held": (
        N_("We held this payment back to look at something first."),
        N_("Nothing was taken, and no late fee comes of it. We write to you once it is decided."),
    ),
    "unmatched": (
        N_("A bank transfer was counted for this agreement by mistake, and was taken off it again."),
        N_("Nothing was taken from you. Call us if you think that the transfer was yours."),
    ),
    "method_removed": (
        N_("The way to pay was removed before the day of this payment."),
        N_("Nothing was taken. Pay now with another one."),
    ),
    "method_stopped": (
        N_("The way to pay could not be used on the day of this payment."),
        N_("Nothing was taken. Look at it under “Ways to pay”, or pay now with another one."),
    ),
    "unwritable": (
        N_("The details of the bank account could not be used for a debit."),
        N_("Nothing was taken. Add the account again, or pay with another one."),
    ),
    "permission_ended": (
        N_("The permission for this payment was ended before its day."),
        N_("Nothing was taken. Pay now to give it again."),
    ),
    "autopay_off": (
        N_("Autopay was paused, changed or ended, or this payment was left out, before it was sent."),
        N_("Nothing was taken. What is due can be paid now."),
    ),
}
"""Code -> (why, what to do now)."""
