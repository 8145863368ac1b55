def inner():
    raise ValueError("why")


def outer():
    try:
        inner()
    except ValueError as error:
        raise KeyError("later") from error


outer()
