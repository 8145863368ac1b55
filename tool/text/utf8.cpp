#include "tool/text/utf8.h"

#include <boost/locale/utf.hpp>

namespace aibuild {

namespace {

using Traits = boost::locale::utf::utf_traits<char>;

bool stands_for_nothing(boost::locale::utf::code_point point) {
    return point == boost::locale::utf::illegal || point == boost::locale::utf::incomplete;
}

}  // namespace

bool is_utf8(std::string_view text) {
    for (auto at = text.begin(); at != text.end();) {
        if (stands_for_nothing(Traits::decode(at, text.end()))) return false;
    }
    return true;
}

std::string as_utf8(std::string_view text) {
    std::string out;
    for (auto at = text.begin(); at != text.end();) {
        const auto from = at;
        if (stands_for_nothing(Traits::decode(at, text.end()))) {
            out += "\xef\xbf\xbd";
            at = from + 1;
        } else {
            out.append(from, at);
        }
    }
    return out;
}

}  // namespace aibuild
