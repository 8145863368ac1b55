#include "tool/engine/ctest_files.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "ninja-gen/error.h"
#include "tool/workspace/root.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_lists = 2000;

struct Command {
    std::string name;
    std::vector<std::string> words;
};

// CMake's language, as far as lists of tests have it: commands of quoted, bracketed and plain words.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<Command> next() {
        Command out;
        std::string word;
        bool inside = false;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '#') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (c == '(') {
                ++at_;
                inside = true;
                out.name = std::move(word);
            } else if (c == ')') {
                ++at_;
                if (inside) return out;
            } else if (is_space(c)) {
                ++at_;
            } else {
                word = read_word();
                if (inside) out.words.push_back(word);
            }
        }
        return std::nullopt;
    }

  private:
    static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

    std::string read_word() {
        if (text_[at_] == '"') return read_quoted();
        if (text_[at_] == '[') {
            const std::size_t open = text_.find_first_not_of('=', at_ + 1);
            if (open != text_.npos && text_[open] == '[') return read_bracketed(open - at_ - 1);
        }
        const std::size_t begin = at_;
        while (at_ < text_.size() && !is_space(text_[at_]) && text_[at_] != '(' && text_[at_] != ')') ++at_;
        return std::string(text_.substr(begin, at_ - begin));
    }

    std::string read_quoted() {
        std::string out;
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            out += text_[at_];
        }
        ++at_;
        return out;
    }

    std::string read_bracketed(std::size_t equals) {
        const std::string end = "]" + std::string(equals, '=') + "]";
        const std::size_t begin = at_ + equals + 2, close = std::min(text_.find(end, begin), text_.size());
        at_ = close + end.size();
        return std::string(text_.substr(begin, close - begin));
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

class Lists {
  public:
    explicit Lists(const fs::path& build) : root_(build) {}

    void read(const fs::path& list) {
        const fs::path inner =
            (list.is_absolute() ? list.lexically_relative(root_.path()) : list).lexically_normal();
        if (inner.empty() || *inner.begin() == ".." || seen_.size() == most_lists) return;
        if (!seen_.insert(inner.generic_string()).second) return;
        std::optional<std::string> text;
        try {
            text = root_.read(inner.generic_string());
        } catch (const Error&) {
            return;  // a link, or no file
        }
        if (!text) return;
        Reader reader(*text);
        while (const auto command = reader.next()) {
            const auto& words = command->words;
            if (words.empty()) continue;
            if (command->name == "subdirs") {
                for (const std::string& each : words)
                    read((fs::path(each).is_absolute() ? fs::path(each) : inner.parent_path() / each) /
                         "CTestTestfile.cmake");
            } else if (command->name == "include") {
                read(fs::path(words[0]).is_absolute() ? fs::path(words[0]) : inner.parent_path() / words[0]);
            } else if (command->name == "add_test") {
                tests_.push_back({words[0], {words.begin() + 1, words.end()}});
            }
        }
    }

    std::vector<ListedTest> take() { return std::move(tests_); }

  private:
    Root root_;
    std::set<std::string> seen_;
    std::vector<ListedTest> tests_;
};

}  // namespace

std::vector<ListedTest> listed_tests(const fs::path& build) {
    Lists lists(build);
    lists.read("CTestTestfile.cmake");
    return lists.take();
}

}  // namespace aibuild
