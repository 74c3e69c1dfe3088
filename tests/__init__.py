"""The tests, as a package, so that no other installed package called `tests` can stand in their way."""
