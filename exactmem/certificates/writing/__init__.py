"""One writer per kind of certificate."""
