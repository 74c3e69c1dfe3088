"""Text messages to people, by whatever gateway the business has a contract with."""
