"""UK direct debits by files in the form that banks and bureaux take (Standard 18), and the reports that come back.

No independent reader or writer of these formats exists that could judge them: see docs/gateways.md.
"""
