#include "model_server.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace aibuild {

namespace fs = std::filesystem;

ModelServer::ModelServer(const boost::json::array& answers) {
    std::string name = (fs::temp_directory_path() / "model-server.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    folder_ = name;
    const fs::path script = folder_ / "script.json", port = folder_ / "port", log = folder_ / "log";
    std::ofstream(script) << boost::json::serialize(boost::json::object{{"answers", answers}});
    process_ = fork();
    if (process_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);  // also where a test crashes
        execlp("python3", "python3", "-I", "-S", AIBUILD_SOURCE_DIR "/tests/support/model_server.py",
               "--port-file", port.c_str(), "--script", script.c_str(), "--log", log.c_str(), nullptr);
        _exit(127);
    }
    for (int i = 0; i < 1000 && !fs::exists(port); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::ifstream(port) >> port_;
    if (port_ == 0) throw std::runtime_error("model_server.py did not start");
}

ModelServer::~ModelServer() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    fs::remove_all(folder_);
}

std::vector<boost::json::object> ModelServer::log() const {
    std::vector<boost::json::object> entries;
    std::ifstream file(folder_ / "log");
    for (std::string line; std::getline(file, line);) entries.push_back(boost::json::parse(line).as_object());
    return entries;
}

std::vector<boost::json::object> ModelServer::requests() const {
    auto entries = log();
    std::erase_if(entries, [](const auto& entry) { return entry.contains("closed"); });
    return entries;
}

bool ModelServer::saw_hang_up() const {
    for (int i = 0; i < 100; ++i) {
        for (const auto& entry : log()) {
            if (entry.contains("closed")) return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

}  // namespace aibuild
