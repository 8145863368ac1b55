#include "server_process.h"

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

ServerProcess::ServerProcess(std::vector<std::string> command, const boost::json::object& script) {
    std::string name = (fs::temp_directory_path() / "test-server.XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    folder_ = name;
    std::ofstream(folder_ / "script") << boost::json::serialize(script);
    for (const char* file : {"port-file", "script", "log"}) {
        command.push_back("--" + std::string(file));
        command.push_back((folder_ / file).string());
    }
    std::vector<char*> arguments;
    for (auto& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);  // also where a test crashes
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    for (int i = 0; i < 1000 && !fs::exists(folder_ / "port-file"); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::ifstream(folder_ / "port-file") >> port_;
    if (port_ == 0) throw std::runtime_error(command[0] + " did not start");
}

ServerProcess::~ServerProcess() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    fs::remove_all(folder_);
}

std::vector<boost::json::object> ServerProcess::logged(std::string_view field) const {
    std::vector<boost::json::object> entries;
    std::ifstream file(folder_ / "log");
    for (std::string line; std::getline(file, line);) {
        if (file.eof()) break;  // a line that is being written
        auto entry = boost::json::parse(line).as_object();
        if (entry.contains(field)) entries.push_back(std::move(entry));
    }
    return entries;
}

boost::json::object ServerProcess::hang_up() const {
    for (int i = 0; i < 100; ++i) {
        if (auto notes = logged("closed"); !notes.empty()) return notes.front();
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return {};
}

}  // namespace aibuild
