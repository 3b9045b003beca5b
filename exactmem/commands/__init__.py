"""Floor 6: one module per command of the command line; each has `register(subparsers)`."""
