"""Mails, receipts and tables made from plain data, without a request. Leaves: they know no model and no Flask."""
