import unittest

from greet import greeting


class Greeting(unittest.TestCase):
    def test_the_name_is_there(self):
        self.assertIn("Ada", greeting("Ada"))

    def test_nobody_is_greeted_too(self):
        self.assertGreater(len(greeting("")), 2)


if __name__ == "__main__":
    unittest.main()
