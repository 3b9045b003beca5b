"""The tables of `exactmem/docs/what-is-proved.md`, from the ledger and the Coq sources.

`python -m tests.support.proof_table` writes them into the page.
"""

import re
from pathlib import Path
from typing import NamedTuple

import exactmem
from exactmem.ledger.claims import Row, Verdict
from exactmem.ledger.discovery import ledger
from exactmem.ledger.kernel import kernel_proved
from exactmem.proofs.coq import inventory

PAGE = Path(exactmem.__file__).parent / "docs" / "what-is-proved.md"


class Stated(NamedTuple):
    """A theorem: the ids of the claims that state it, Coq theorems that state a part of them, kinds of certificates."""

    title: str
    claims: str
    parts: str = ""
    kinds: str = ""


STATED = [
    Stated("Theorem 3.1, as printed", "3.1", kinds="memorization"),
    Stated(
        "its construction, Appendix B",
        "B.2-clipping B.3-recurrence B.3-scale-sufficient",
        "PrintedConstruction.printed_construction",
        "memorization",
    ),
    Stated("Lemma B.1, corrected", "B.1-rank B.1-null-vector"),
    Stated("the sum of layer 2, Appendix B.4", "B.4-sum B.4-sum-odd"),
    Stated("`product`", "3.1-full-widths product-hard-tanh product-relu-like", kinds="memorization"),
    Stated("`decoupled`", "decoupled-hard-tanh decoupled-relu-like", kinds="memorization"),
    Stated("hard-tanh and gates from other units", "2-hard-tanh C-gate C-gate-four gate-three"),
    Stated("Proposition 3.2, as printed", "3.2", kinds="memorization"),
    Stated("`product-readout`", "product-readout readout-lower-bound", kinds="memorization"),
    Stated("`plateau`", "plateau", kinds="memorization"),
    Stated("Proposition 3.4 and Corollary A.1, repaired", "3.4-repaired", "BlockE.block_E", "memorization"),
    Stated("the same as printed", "3.4-negative-factors"),
    Stated("one block in a deep network, and blocks in every second layer", "3.3-other-layers 3.4-edges"),
    Stated("one unit in all layers but the block's, and blocks everywhere, as printed", "3.3-one-node 3.3-edges"),
    Stated("Corollaries A.2 and A.3, repaired", "A.2-repaired", kinds="memorization"),
    Stated("the same with d_y - 1 units in the last hidden layer", "", "DeepNetworks.deep_readout"),
    Stated("Lemma D.1", "D.1-sum D.1-composition", "Theorem33.lemma_D_1"),
    Stated(
        "pieces of a network along a line",
        "3.3-counts 3.3-shared-breakpoints",
        "Theorem33.pieces_of_networks",
        "piece-bound",
    ),
    Stated("Theorem 3.3, corrected", "3.3-corrected 3.3-extremal-continuous", "Theorem33.theorem_3_3", "piece-bound"),
    Stated("the capacity of three layers, both bounds", "", "Theorem33.capacity_of_three_layers", "memorization"),
    Stated(
        "`two-layer`, the exact capacity",
        "two-layer-hard-tanh two-layer-relu-like two-layer-hard-tanh-least two-layer-one-unit two-layer-two-relus "
        "two-layer-capacity",
        kinds="memorization needs-units",
    ),
    Stated("`folklore`", "folklore", "Readout.theorem_folklore", "memorization"),
    Stated("Theorem 4.1, corrected", "4.1-independent 4.1-any-widths", kinds="memorization"),
    Stated("`narrow-resnet`", "narrow-resnet", kinds="memorization"),
    Stated("Corollary 4.2, corrected", "F.2-independent", kinds="memorization"),
    Stated("`default-class`", "default-class default-class-argmax", kinds="memorization"),
    Stated("`real-labels`", "real-labels", kinds="memorization"),
    Stated("`baum`", "baum", kinds="memorization"),
    Stated("`bubeck`", "bubeck", kinds="memorization"),
    Stated(
        "Theorem 5.1",
        "5.1-unrolled 5.1-contraction 5.1-growth 5.1-stays-near 5.1-risk-at-violation",
        kinds="sgd-constants",
    ),
    Stated(
        "its constants",
        "5.1-zeta 5.1-gamma 5.1-step-size 5.1-geometric-tail 5.1-geometric-sum",
        "Constants51.bound_on_zeta Constants51.epoch_contraction Constants51.at_most_doubled",
        "sgd-constants",
    ),
    Stated(
        "Lemma G.1",
        "G.1-layer-recursion G.1-gradient-perturbation G.1-constants",
        "LemmaG1.lemma_G_1",
        "sgd-constants",
    ),
    Stated("gradient descent on the true network, for all steps", "rate-for-ever rate-limit", kinds="gradient-rate"),
    Stated("one recurrent memorizer in a box", "box-operator box-unique", kinds="existence-box"),
    Stated("minimum and maximum over a box or segment", "", kinds="output-range"),
]


def verdict(row: Row) -> str:
    """The verdict that `exactmem prove` prints for the claim, if it finds the expected one."""
    kernel = row.expected is Verdict.PROVED and row.coq in kernel_proved()
    return f"{row.expected} (kernel)" if kernel else str(row.expected)


def refuted(row: Row) -> str:
    """What is to be said of a claim that the theorem beside it refutes."""
    return "; refuted" if row.expected is Verdict.REFUTED else ""


def theorem_table() -> str:
    """Theorem, ledger verdict, Coq theorem, certificate kinds, in Markdown."""
    rows = {row.id: row for row in ledger()}
    lines = ["| theorem | claims of the ledger | Coq theorem | certificates |", "|---|---|---|---|"]
    for stated in STATED:
        claims = [rows[id] for id in stated.claims.split()]
        whole = dict.fromkeys(f"`{row.coq}`" for row in claims if row.coq)
        parts = [f"in part: `{name}`" if claims else f"`{name}`" for name in stated.parts.split()]
        cells = [
            stated.title,
            "<br>".join(f"`{row.id}`: {verdict(row)}" for row in claims),
            "<br>".join([*whole, *parts]),
            ", ".join(f"`{kind}`" for kind in stated.kinds.split()),
        ]
        lines.append("| " + " | ".join(cell or "-" for cell in cells) + " |")
    return "\n".join(lines)


def coq_statements() -> dict[str, str]:
    """The text of every claim of `Statements.v` by the name of its proof."""
    text = inventory.sources(inventory.HERE)[inventory.STATEMENTS]
    found = {}
    for theorem in inventory.inventory()["theorems"]:
        name = theorem["statement"].removeprefix(f"{inventory.STATEMENTS}.")
        start = text.index(f"Definition {name} : Prop :=")
        found[theorem["name"]] = text[start:].split("\n\n")[0]
    return found


def side_by_side() -> str:
    """Every Coq theorem that stands behind claims, with their statements above its own, in Markdown."""
    rows = ledger()
    parts = []
    for name, statement in coq_statements().items():
        claims = [row for row in rows if row.coq == name]
        if claims:
            said = "\n".join(f"- `{row.id}` ({row.place}{refuted(row)}): {row.statement}" for row in claims)
            parts.append(f"### `{name}`\n\n{said}\n\n```coq\n{statement}\n```")
    return "\n\n".join(parts)


def page_with_tables(text: str) -> str:
    """The page with its two generated parts written anew."""
    for mark, part in (("theorems", theorem_table()), ("statements", side_by_side())):
        pattern = rf"(<!-- {mark} -->\n\n).*?(\n\n<!-- end of {mark} -->)"
        text, count = re.subn(pattern, lambda found, part=part: found[1] + part + found[2], text, flags=re.DOTALL)  # type: ignore[misc]
        if count != 1:
            raise ValueError(f"{PAGE.name} has {count} places for the {mark}")
    return text


if __name__ == "__main__":
    PAGE.write_text(page_with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
