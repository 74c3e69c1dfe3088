"""The rules of the business. Nothing in here knows Flask, a request or a template.

`rules` computes, `kinds` answer for each sort of agreement, `records` add rows to the books, `actions` are what a
person or a timer does, `reports` read back, `access` says what somebody may see, `transaction` is the only commit.
"""
