#pragma once

#include <string>
#include <string_view>

namespace aibuild {

// What a key is bound to: where a request goes, without its path.
struct Origin {
    std::string scheme;  // "http" or "https"
    std::string host;    // in small letters; an IPv6 address in its brackets
    int port = 0;
    bool operator==(const Origin&) const = default;
};

// "https://api.openai.com:443", never with a user, a path or a query.
std::string name_of(const Origin& origin);

// The origin of a URL. Strict, so that no other reader of URLs can see another host in it: a user, a
// backslash, white space or a host of unusual characters is an Error `provider.url`, at `place`.
Origin origin_of(std::string_view url, std::string_view place);

}  // namespace aibuild
