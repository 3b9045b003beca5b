"""Yun, Sra, Jadbabaie 2019: one folder or script per statement."""
