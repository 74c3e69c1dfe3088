"""Stripe: cards and bank accounts by its own hosted pages (Checkout), saved methods charged off-session.

No number of a card or account is ever ours. `client.StripeGateway` is the gateway; the modules beside it each read or
write one kind of Stripe's objects. Field names follow Stripe's published API.
"""
