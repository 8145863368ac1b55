#pragma once

#include <sys/types.h>

#include <boost/json/object.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace aibuild {

// One of the servers of tests/support, running with its script for as long as this lives.
class ServerProcess {
  public:
    // `command` is completed by the options that all of them take: --port-file, --script, --log.
    ServerProcess(std::vector<std::string> command, const boost::json::object& script);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    int port() const { return port_; }
    std::string base_url(const std::string& scheme = "http") const {
        return scheme + "://127.0.0.1:" + std::to_string(port_) + "/v1";
    }

    // What it logged so far: the requests, and the connections where it tells of them.
    std::vector<boost::json::object> requests() const { return logged("method"); }
    std::vector<boost::json::object> connections() const { return logged("connection"); }

    // Did a client hang up first? Waits for it a while. The first note of it, or an empty object.
    boost::json::object hang_up() const;
    bool saw_hang_up() const { return !hang_up().empty(); }

  private:
    // The entries that have such a field.
    std::vector<boost::json::object> logged(std::string_view field) const;

    std::filesystem::path folder_;
    int port_ = 0;
    pid_t process_ = -1;
};

}  // namespace aibuild
