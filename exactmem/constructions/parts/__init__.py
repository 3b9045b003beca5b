"""What several constructions share."""
