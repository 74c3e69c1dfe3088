"""Who may use which endpoint: the table, and what is needed to try it out."""
