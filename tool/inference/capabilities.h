#pragma once

// What a server was found to understand, kept from one run to the next: each thing that is found out costs a
// request that is refused. It is a cache: a file that is broken, strange or older than a month counts as
// none, and nothing that goes wrong with it stops a call.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "tool/inference/dialect.h"

namespace aibuild {

class Capabilities {
  public:
    using Time = std::chrono::sys_seconds;
    static constexpr std::chrono::days lifetime{30};  // servers are updated

    // Without a directory nothing is kept. It is made when first needed.
    explicit Capabilities(std::filesystem::path directory);

    std::optional<Dialect> find(const std::string& base_url, const std::string& model, Time now) const;
    void keep(const std::string& base_url, const std::string& model, const Dialect& dialect, Time now) const;

    std::filesystem::path file(const std::string& base_url, const std::string& model) const;

  private:
    std::filesystem::path directory_;
};

// $XDG_CACHE_HOME/aibuild/servers
std::filesystem::path user_server_memory();

}  // namespace aibuild
