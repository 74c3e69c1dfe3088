"""SEPA direct debits by files: what we send to our bank (pain.008), and what comes back from it."""
