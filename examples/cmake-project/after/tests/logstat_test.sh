# logstat_test.sh PROGRAM: what it counts and adds up of three lines.
set -eu
counted=$(printf '%s\n' \
    '127.0.0.1 - - [10/Oct/2025:13:55:36 +0000] "GET / HTTP/1.1" 200 2326' \
    '127.0.0.1 - ann [10/Oct/2025:13:55:37 +0000] "GET /a HTTP/1.1" 404 209' \
    '10.0.0.7 - - [10/Oct/2025:13:55:38 +0000] "GET / HTTP/1.1" 200 2326' | "$1")
[ "$counted" = "200 2 4652
404 1 209" ]
