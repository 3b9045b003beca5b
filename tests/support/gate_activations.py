"""The activations that gates are made of, and how widths are split."""

from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like

ACTIVATIONS = [HARD_TANH, RELU, relu_like(1, "1/10"), relu_like(7, 2)]
RELU_LIKES = ACTIVATIONS[1:]

activations = st.sampled_from(ACTIVATIONS)
relu_likes = st.sampled_from(RELU_LIKES)


def split(total: int, draw: st.DrawFn) -> list[int]:
    """Positive widths that add up to `total`."""
    widths: list[int] = []
    while total > 0:
        widths.append(draw(st.integers(1, min(total, draw(st.sampled_from([1, 2, 3, 9]))))))
        total -= widths[-1]
    return widths
