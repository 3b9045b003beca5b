"""One module per command of the command line, named as the command; each has `register(subparsers)`."""

__all__ = ["COMMANDS"]

COMMANDS = {
    "bounds": "sizes that suffice, sizes that cannot, and related work, for numbers of samples or for given widths",
    "build": "build a memorizing network and write its certificate",
    "capacity": "the fewest hidden units of a two-layer network that memorizes samples on a line, decided exactly",
    "certify": "check a network of your own (.nnet, .onnx, .json) on your data, exactly, and write the certificate",
    "check": "check certificates with the independent checker; the exit code is the worst verdict's",
    "demo": "build, certify and check Theorem 3.1 networks for the iris data",
    "descend": "gradient descent on a hidden layer, with a certificate of its rate for all steps",
    "draws": "over seeds, how often seeded weights do: tangent kernels, one gradient step, quadratic networks",
    "eval": "a network's exact outputs at points",
    "exactify": "make a network that nearly fits exact, by the smallest change of its output layer, and certify it",
    "examples": "copy the example files that the README and the documents use into a folder",
    "existence": "a box of recurrent weights in which exactly one choice memorizes the sequences, with its certificate",
    "export": "write a certificate's network or question for other programs: exactly, or refused",
    "kernel": "the tangent kernel of seeded weights at data, its exact rank, and the scale from which on it memorizes",
    "pieces": "exact breakpoints and affine pieces of a network on a line; what piece counting refutes",
    "plot": "draw a certificate's network: on a line, or what each of its units does to the samples",
    "prove": "run the ledger of claims; exit 1 if any verdict differs from the expected one",
    "range": "the exact minimum and maximum of each output over a segment or a box, and where they are attained",
    "report": "a web page about a certificate: claim, verdict, sizes against bounds, pictures, how to check again",
    "sgd": "Theorem 5.1 at a memorizing network: its constants, and SGD with every inequality checked exactly",
    "show": "what a certificate claims, in words",
    "theorems": "list every construction",
    "train": "Algorithms 1, 2 and 3 of the survey (tangent kernel training), run exactly against one another",
}
"""Every command with one line of what it does, so that only the one that runs has to be imported."""
