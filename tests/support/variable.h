#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace aibuild::test {

// An environment variable, as long as this lives.
class Variable {
  public:
    explicit Variable(const char* name, const std::optional<std::string>& value = std::nullopt)
        : name_(name) {
        if (const char* old = ::getenv(name)) old_ = old;
        set(value);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { set(old_); }

  private:
    void set(const std::optional<std::string>& value) const {
        value ? ::setenv(name_, value->c_str(), 1) : ::unsetenv(name_);
    }

    const char* name_;
    std::optional<std::string> old_;
};

}  // namespace aibuild::test
