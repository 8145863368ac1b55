// Checks logstat::parse against known answers, and reports them in the Test Anything Protocol.
#include <cstdint>
#include <iostream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "logstat/log_line.hpp"

namespace {

int checks = 0;
int failures = 0;

void check(bool passed, const std::string& what) {
    ++checks;
    if (!passed) ++failures;
    std::cout << (passed ? "ok " : "not ok ") << checks << " - " << what << '\n';
}

void check_entry(const std::string& what, std::string_view line, const logstat::Entry& expected) {
    const std::optional<logstat::Entry> entry = logstat::parse(line);
    check(entry.has_value(), what + ": is an entry");
    // Made even where there is no entry, so that the plan does not depend on the outcome.
    check(entry && entry->host == expected.host, what + ": host");
    check(entry && entry->user == expected.user, what + ": user");
    check(entry && entry->request == expected.request, what + ": request");
    check(entry && entry->status == expected.status, what + ": status");
    check(entry && entry->bytes == expected.bytes, what + ": bytes");
}

void check_no_entry(const std::string& what, std::string_view line) {
    check(!logstat::parse(line).has_value(), "no entry: " + what);
}

const std::string start = "127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] ";
const std::string get = R"("GET / HTTP/1.0" )";

void check_entries() {
    check_entry("all fields",
                R"(127.0.0.1 id frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326)",
                {"127.0.0.1", "frank", "GET /a.gif HTTP/1.0", 200, 2326u});
    check_entry("no user and no bytes",
                R"(example.org - - [01/Jan/2024:00:00:00 +0000] "HEAD /x HTTP/1.1" 304 -)",
                {"example.org", "", "HEAD /x HTTP/1.1", 304, std::nullopt});
    check_entry("zero bytes", start + get + "204 0",
                {"127.0.0.1", "", "GET / HTTP/1.0", 204, 0u});
    check_entry("user that begins with a dash",
                R"(::1 - -x [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 401 12)",
                {"::1", "-x", "GET / HTTP/1.0", 401, 12u});
    check_entry("time that is not looked into",
                R"(::1 - - [any "text" \ [here] "GET / HTTP/1.0" 200 5)",
                {"::1", "", "GET / HTTP/1.0", 200, 5u});
    check_entry("lowest status", start + get + "100 1",
                {"127.0.0.1", "", "GET / HTTP/1.0", 100, 1u});
    check_entry("highest status", start + get + "599 1",
                {"127.0.0.1", "", "GET / HTTP/1.0", 599, 1u});
    check_entry("most bytes", start + get + "200 18446744073709551615",
                {"127.0.0.1", "", "GET / HTTP/1.0", 200,
                 std::numeric_limits<std::uint64_t>::max()});
    check_entry("carriage return after a number", start + get + "200 17\r",
                {"127.0.0.1", "", "GET / HTTP/1.0", 200, 17u});
    check_entry("carriage return after a dash", start + get + "200 -\r",
                {"127.0.0.1", "", "GET / HTTP/1.0", 200, std::nullopt});
}

void check_requests() {
    check_entry("escaped quotes", start + R"("GET /?q=\"a b\" HTTP/1.1" 200 1)",
                {"127.0.0.1", "", R"(GET /?q="a b" HTTP/1.1)", 200, 1u});
    check_entry("escaped backslash", start + R"("GET /a\\b HTTP/1.1" 404 1)",
                {"127.0.0.1", "", R"(GET /a\b HTTP/1.1)", 404, 1u});
    check_entry("backslash at the end of the request", start + R"("GET /a\\" 400 1)",
                {"127.0.0.1", "", R"(GET /a\)", 400, 1u});
    check_entry("escaped backslash before an escaped quote", start + R"("a\\\"b" 400 1)",
                {"127.0.0.1", "", R"(a\"b)", 400, 1u});
    check_entry("brackets in the request", start + R"("GET /[1] HTTP/1.1" 200 1)",
                {"127.0.0.1", "", "GET /[1] HTTP/1.1", 200, 1u});
}

void check_no_entries() {
    check_no_entry("empty line", "");
    check_no_entry("host only", "127.0.0.1");
    check_no_entry("a field too few before the time",
                   R"(127.0.0.1 - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1)");
    check_no_entry("space at the front", " " + start + get + "200 1");
    check_no_entry("two spaces after the host",
                   R"(127.0.0.1  - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1)");
    check_no_entry("time without brackets",
                   R"(127.0.0.1 - - 10/Oct/2000:13:55:36 "GET / HTTP/1.0" 200 1)");
    check_no_entry("time without its end",
                   R"(127.0.0.1 - - [10/Oct/2000:13:55:36 -0700 "GET / HTTP/1.0" 200 1)");
    check_no_entry("bracket within the time",
                   R"(127.0.0.1 - - [10/Oct]2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1)");
    check_no_entry("two spaces after the time", start + " " + get + "200 1");

    check_no_entry("request without quotes", start + "GET 200 1");
    check_no_entry("request without its end", start + R"("GET / HTTP/1.0 200 1)");
    check_no_entry("request whose last quote is escaped", start + R"("GET /\" 200 1)");
    check_no_entry("quote within the request", start + R"("GET /"a" HTTP/1.0" 200 1)");
    check_no_entry("line that ends within an escape", start + R"("GET /\)");
    check_no_entry("line that ends after the request", start + R"("GET / HTTP/1.0")");
    check_no_entry("no space after the request", start + R"("GET / HTTP/1.0"200 1)");

    check_no_entry("status of two digits", start + get + "20 1");
    check_no_entry("status of four digits", start + get + "2000 1");
    check_no_entry("status that begins with 0", start + get + "099 1");
    check_no_entry("status that begins with 6", start + get + "600 1");
    check_no_entry("letter in the status", start + get + "2x0 1");
    check_no_entry("dash for the status", start + get + "- 1");

    check_no_entry("line that ends after the status", start + get + "200");
    check_no_entry("nothing for the bytes", start + get + "200 ");
    check_no_entry("carriage return for the bytes", start + get + "200 \r");
    check_no_entry("bytes with a minus", start + get + "200 -5");
    check_no_entry("bytes with a plus", start + get + "200 +5");
    check_no_entry("letter after the bytes", start + get + "200 12a");
    check_no_entry("bytes just beyond 64 bits", start + get + "200 18446744073709551616");
    check_no_entry("bytes far beyond 64 bits", start + get + "200 100000000000000000000000");
    check_no_entry("space after the bytes", start + get + "200 1 ");
    check_no_entry("field after the bytes", start + get + R"(200 1 "-")");
    check_no_entry("text after the carriage return", start + get + "200 1\rx");
}

}  // namespace

int main() {
    check_entries();
    check_requests();
    check_no_entries();
    std::cout << "1.." << checks << '\n';
    return failures > 0 ? 1 : 0;
}
