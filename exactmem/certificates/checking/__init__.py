"""The parts of the independent checker: standard library only, nothing of exactmem.

`checker.py`, one folder up, is the program; it and this folder can be copied anywhere together. What has to be
right for VERIFIED to be true is in these files: verdicts, strict_json, networks, evaluation, sweep, and one file
per kind of claim (memorization).
"""
