"""The ledger: claims with their verdicts, and the steps that proofs are made of."""

__all__: list[str] = []
