"""The gradient side of the survey, exactly: tangent kernels, lazy training, single steps, quadratic networks."""

__all__: list[str] = []
