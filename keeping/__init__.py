"""Keeping an installation: copies of it that can be put back. Knows folders and databases, nothing of the business."""
