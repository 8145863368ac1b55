let farewell = "So long and thanks"
