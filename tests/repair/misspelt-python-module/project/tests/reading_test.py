import sys

from settings.reading import setting

print("1..1")
good = setting('{"a": 1}', "a") == 1
print("ok 1 - a" if good else "not ok 1 - a")
sys.exit(not good)
