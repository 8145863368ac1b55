#pragma once

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace aibuild::test {

struct Ran {
    int code = -1;  // exit code, or 128 + the signal
    std::string out;
};

// Runs a program in a directory, without a shell; both its outputs together.
inline Ran run(const std::filesystem::path& directory, std::vector<std::string> argv) {
    std::FILE* file = std::tmpfile();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", 0, 0);
    posix_spawn_file_actions_adddup2(&actions, fileno(file), 1);
    posix_spawn_file_actions_adddup2(&actions, fileno(file), 2);
    std::vector<char*> pointers;
    for (std::string& word : argv) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t child = 0;
    Ran out;
    if (posix_spawnp(&child, pointers[0], &actions, nullptr, pointers.data(), environ) == 0) {
        int status = 0;
        waitpid(child, &status, 0);
        out.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    } else {
        out.out = pointers[0] + std::string(" could not be started");
    }
    posix_spawn_file_actions_destroy(&actions);
    std::rewind(file);
    char buffer[65536];
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) out.out.append(buffer, n);
    std::fclose(file);
    return out;
}

}  // namespace aibuild::test
