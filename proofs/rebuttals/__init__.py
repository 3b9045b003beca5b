"""The author responses to reviews."""
