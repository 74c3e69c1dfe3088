"""Other people's loan books: read a file, recognise its columns, and say what each line means.

Pure like the rules: a path or bytes go in, rows and sentences come out. Nothing here knows the database, the clock or
who is asking. `book.open_book` is the way in.
"""
