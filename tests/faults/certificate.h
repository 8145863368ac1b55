#pragma once

#include <boost/json/object.hpp>
#include <filesystem>
#include <string>

namespace aibuild {

// A certificate authority of a test's own and one certificate of it, made by openssl and gone with this.
class Certificate {
  public:
    enum class Kind { good, for_another_host, self_signed, expired };
    explicit Certificate(Kind kind = Kind::good);
    ~Certificate();
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    std::string authority() const { return (folder_ / "ca.pem").string(); }
    std::string file() const { return (folder_ / "server.pem").string(); }
    std::string key() const { return (folder_ / "server.key").string(); }

    // For a script of fault_server.py.
    boost::json::object tls() const { return {{"tls", {{"certificate", file()}, {"key", key()}}}}; }

  private:
    std::filesystem::path folder_;
};

}  // namespace aibuild
