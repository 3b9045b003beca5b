"""Floor 5: certificates: the writer, the reader, and the independent checker."""
