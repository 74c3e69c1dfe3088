"""How money moves in and out: one small interface (`base`), and one room per way of moving it.

A gateway knows no table of ours and no web request. It is told what to do in plain values (amounts in minor units,
business dates, the moment) and answers in plain values. How to add one: docs/gateways.md.
"""
