import unittest


def add(a, b):
    return a - b


class Add(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(add(1, 2), 3)


unittest.main()
