"""Floor 6: what writes certificates, one file per kind of claim."""
