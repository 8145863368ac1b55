#include "ninja-gen/dyndep.h"

#include <algorithm>

namespace aibuild {

namespace {

// The words of a line; `|` and `:` outside of paths are words of their own.
std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> out;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty()) out.push_back(std::move(word));
        word.clear();
    };
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] == '$' && at + 1 < line.size()) {
            word += line[++at];
        } else if (line[at] == ' ') {
            end_word();
        } else if (line[at] == '|' || line[at] == ':') {
            end_word();
            out.emplace_back(1, line[at]);
        } else {
            word += line[at];
        }
    }
    end_word();
    return out;
}

}  // namespace

std::unordered_map<std::string, DynamicStep> read_dyndep(std::string_view text) {
    std::unordered_map<std::string, DynamicStep> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1);
        const std::vector<std::string> words = words_of(text.substr(0, text[end] == '\n' ? end : end + 1));
        text.remove_prefix(end + 1);
        if (words.size() < 4 || words[0] != "build") continue;
        DynamicStep& step = out[words[1]];
        std::vector<std::string>* into = &step.outputs;
        for (std::size_t n = 2; n < words.size(); ++n) {
            if (words[n] == ":") {
                into = &step.inputs;
                ++n;  // the rule, which is `dyndep`
            } else if (words[n] != "|") {
                into->push_back(words[n]);
            }
        }
    }
    return out;
}

}  // namespace aibuild
