#include "tool/settings/origin.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "ninja-gen/error.h"
#include "ninja-gen/small_letters.h"

namespace aibuild {

namespace {

bool only(std::string_view text, std::string_view alphabet) {
    return !text.empty() && text.find_first_not_of(alphabet) == std::string_view::npos;
}

}  // namespace

std::string name_of(const Origin& origin) {
    return fmt::format("{}://{}:{}", origin.scheme, origin.host, origin.port);
}

Origin origin_of(std::string_view url, std::string_view place) {
    const auto refuse = [&](const char* why) {
        return Error(Exit::usage, "provider.url", std::string(place), why,
                     "Use something like https://api.openai.com/v1 or http://127.0.0.1:8080/v1.");
    };
    Origin out;
    const std::size_t colon = url.find("://");
    out.scheme = small_letters(url.substr(0, colon));
    if (colon == std::string_view::npos || (out.scheme != "http" && out.scheme != "https"))
        throw refuse("This is no URL of http or https.");
    std::string_view rest = url.substr(colon + 3);
    rest = rest.substr(0, rest.find_first_of("/?#"));
    if (rest.find('@') != std::string_view::npos)
        throw refuse("A URL is shown in messages; a user or a password in it too.");
    std::string_view port;
    const std::size_t bracket = rest.starts_with('[') ? rest.find(']') : 0;
    if (bracket == std::string_view::npos) throw refuse("The host's bracket is not closed.");
    if (const std::size_t at = rest.find(':', bracket); at != std::string_view::npos) {
        port = rest.substr(at + 1);
        rest = rest.substr(0, at);
        if (!only(port, "0123456789")) throw refuse("The port is no number.");
    }
    out.host = small_letters(rest);
    const bool fine = bracket > 0
                          ? rest.size() == bracket + 1 &&
                                only(std::string_view(out.host).substr(1, bracket - 1), "0123456789abcdef:.")
                          : only(out.host, "abcdefghijklmnopqrstuvwxyz0123456789.-_");
    if (!fine) throw refuse("The host is missing, or has characters that no host has.");
    out.port = out.scheme == "https" ? 443 : 80;
    if (!port.empty()) {
        const auto read = std::from_chars(port.data(), port.data() + port.size(), out.port);
        if (read.ec != std::errc() || out.port < 1 || out.port > 65535)
            throw refuse("The port is none from 1 to 65535.");
    }
    return out;
}

}  // namespace aibuild
