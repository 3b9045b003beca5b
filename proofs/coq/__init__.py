"""The theorems in Coq, and a verified checker. See README.md beside this file."""
