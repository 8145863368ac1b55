#pragma once

// Reading JSON objects whose members are all known: what a person, a merge or an older program did to a file
// is found where it is, and never guessed around.

#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace aibuild {

class Fields {
  public:
    // Throws; called with the pointer of what is wrong, and why.
    using Fail = std::function<void(const std::string& pointer, const std::string& why)>;

    Fields(const boost::json::value& value, std::string pointer, const Fail& fail);

    const boost::json::value* find(std::string_view name);  // null where there is none
    const boost::json::value& need(std::string_view name);
    std::string text(std::string_view name);           // must be there
    std::string text_or_empty(std::string_view name);  // "" where there is none
    std::optional<std::int64_t> number(std::string_view name);
    std::optional<double> real(std::string_view name);
    std::vector<std::string> texts_or_none(std::string_view name);  // none where there is no list

    // Every member that has not been asked for is unknown.
    void done() const;

    std::string pointer(std::string_view name) const;

  private:
    const boost::json::object* object_;
    std::string pointer_;
    const Fail& fail_;
    std::set<std::string_view> asked_;
};

// `name` as one token of a JSON pointer.
std::string pointer_token(std::string_view name);

}  // namespace aibuild
