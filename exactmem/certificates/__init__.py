"""Certificates: the writer, the reader, and the independent checker."""
