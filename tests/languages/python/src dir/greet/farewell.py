def farewell():
    return "So long and thanks"
