"""The parts of the independent checker `checker.py`, one folder up: standard library only, nothing of exactmem."""
