#pragma once

// A key, and where it may go.
//
// A key is bound to one origin when it is found, and its text is given out for that origin only: whatever
// goes wrong in between - a redirect, a chain of servers, a base URL of somebody else - it can't be sent to
// another. It comes from the environment, a private file or a program of the person's own settings; never
// from a flag, which every process can see, and never from a project.

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tool/settings/origin.h"
#include "tool/settings/settings.h"

namespace aibuild {

class Key {
  public:
    Key() = default;  // none
    // Throws Error `key.malformed` where the text can't be one.
    Key(std::string text, Origin origin, std::string from);

    bool present() const { return !text_.empty(); }
    // "OPENAI_API_KEY", a path, "key_command": fit for messages.
    const std::string& from() const { return from_; }
    const Origin& origin() const { return origin_; }

    // Throws Error `key.origin` for any other origin. Empty where there is no key.
    const std::string& text_for(const Origin& origin) const;

  private:
    std::string text_, from_;
    Origin origin_;
};

// So that none is printed by accident.
template <typename Stream>
Stream& operator<<(Stream& stream, const Key& key) = delete;

// Keys that were in the environment, by variable.
using TakenKeys = std::map<std::string, std::string, std::less<>>;

// The variables that may hold keys: the well-known ones, and those that servers of the person's and the
// system's settings name.
std::set<std::string> key_variables(const Environment& environment);

// Takes them out of this process's environment, so that no program that it starts inherits one. Called
// before any thread or child is started.
TakenKeys take_keys(const std::set<std::string>& variables);

// Where the key of one server may be.
struct KeySources {
    // AIBUILD_API_KEY is for the server that is asked first; the others of a chain have their own.
    bool first = true;
    std::string environment;  // "OPENAI_API_KEY"; empty: none
    std::filesystem::path file;
    std::vector<std::string> command;
    std::filesystem::path project;  // no key comes from inside it; empty where there is none
};

// Of the server `openai`, as the settings say.
KeySources openai_key_sources(const ToolSettings& settings, const std::filesystem::path& project);

// Of a server of the settings. Its preset may know the variable that it does not name.
KeySources server_key_sources(const Server& server, const std::filesystem::path& project,
                              const std::string& preset_environment = "");

// The first that there is; none is a Key that is not present. Runs the command only where the others have
// none. Throws Error with Exit::key:
//   key.file       the file is not there, no regular file, somebody else's, empty, or inside the project
//   key.mode       others may read it; the fix is the chmod
//   key.command    the program failed, or printed nothing; what it printed is not shown
//   key.malformed  a character that no key has
Key find_key(const TakenKeys& taken, const KeySources& sources, const Origin& origin);

}  // namespace aibuild
