"""Settings that a program reads."""
import jsson


def setting(text, name):
    return jsson.loads(text).get(name)
