"""Floor 4: size conditions, exact integer minimization, impossibility bounds; above the constructions, the calculator.

The names here are what the constructions use; `calculator`, which reads the table of constructions, is a floor higher.
"""

from exactmem.bounds.product import ProductCondition, below, minimize_weighted_product

__all__ = ["ProductCondition", "below", "minimize_weighted_product"]
