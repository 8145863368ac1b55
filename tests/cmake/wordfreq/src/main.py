import sys

import report

print(report.table(sys.stdin.read()))
