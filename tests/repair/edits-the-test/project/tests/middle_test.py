import sys

from stats.middle import middle

CASES = [([], None), ([3, 1, 2], 2), ([4, 1, 2, 3], 2.5)]
print(f"1..{len(CASES)}")
bad = 0
for number, (values, wanted) in enumerate(CASES, 1):
    good = middle(values) == wanted
    bad += not good
    print(f"{'ok' if good else 'not ok'} {number} - the middle of {values}")
sys.exit(bad > 0)
