#pragma once

#include <sys/types.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace aibuild {

// tests/support/model_server.py, running with a script of answers for as long as this lives.
class ModelServer {
  public:
    explicit ModelServer(const boost::json::array& answers);
    ~ModelServer();
    ModelServer(const ModelServer&) = delete;
    ModelServer& operator=(const ModelServer&) = delete;

    std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }

    // What it logged so far: the requests, without and with the notes of clients that hung up.
    std::vector<boost::json::object> requests() const;
    bool saw_hang_up() const;

  private:
    std::vector<boost::json::object> log() const;

    std::filesystem::path folder_;
    int port_ = 0;
    pid_t process_ = -1;
};

}  // namespace aibuild
