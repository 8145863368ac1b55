import subprocess
import sys

import report

program, reporter, sample = sys.argv[1:]
assert report.table("words: 2") == "| words: 2 |"
with open(sample) as text:
    counted = subprocess.run([program], stdin=text, capture_output=True, text=True, check=True).stdout
shown = subprocess.run([reporter], input=counted, capture_output=True, text=True, check=True).stdout
assert shown == "| words: 4 |\n", shown
