"""Statements of a bank: read a file (OFX, CAMT.053, CSV) and say what it holds, line by line.

Pure like the rules: a path goes in, `StatementData` and sentences come out. Nothing here knows the database, the clock
or who is asking. `reading.read_statements` is the way in.
"""
