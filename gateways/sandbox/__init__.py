"""The sandbox: a payment processor that moves no money, kept apart from us like a real one.

It has its own database file and its own pages. `client` is what the rest of Duebook talks to, in the same process or
over HTTP; `processor` decides; `days` lets business days pass; `catalogue` lists what can be made to happen.
"""
