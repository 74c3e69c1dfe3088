"""Checks of the house itself: each takes the project's folder and answers with its complaints, one a line."""
