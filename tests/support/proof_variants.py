"""Wrong variants of proof scripts, which the scripts have to reject."""


def take_for_negative(monkeypatch, script, wanted):
    """Let the script take its positive symbol `wanted` for a number in (-1, 0)."""
    honest = script.gap

    def gap(name):
        return -honest(name) / (1 + honest(name)) if name == wanted else honest(name)

    monkeypatch.setattr(script, "gap", gap)
