"""US bank debits by files in the format of Nacha: what we send to our bank, and what comes back from it."""
