def middle(values):
    """The median; None of nothing."""
    if not values:
        return None
    ordered = list(values)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2
