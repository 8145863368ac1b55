def middle(values):
    """The median; None of nothing."""
    ordered = list(values)
    half = len(ordered) // 2
    return ordered[half]
