"""Exact answers to "can d hidden units memorize these samples on a line?"."""
