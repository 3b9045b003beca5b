"""The counterexamples that fit into a certificate, for the independent checker."""
