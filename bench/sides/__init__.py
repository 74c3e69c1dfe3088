"""What the benches compare: our own way of doing a thing, and the plainest way there is."""
