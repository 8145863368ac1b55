#include "tool/prompting/framing.h"

#include <fmt/format.h>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

constexpr std::string_view think = "<think>", end_of_think = "</think>";

// Where the <think> block at the beginning of `text` ends; npos where it does not.
std::size_t end_of_thought(std::string_view text) {
    std::size_t depth = 0, at = 0;
    do {
        at = text.find('<', at);
        if (at == std::string_view::npos) return at;
        if (text.substr(at).starts_with(think)) {
            ++depth;
            at += think.size();
        } else if (text.substr(at).starts_with(end_of_think)) {
            --depth;
            at += end_of_think.size();
        } else {
            ++at;
        }
    } while (depth > 0);
    return at;
}

}  // namespace

void must_be_whole(const Response& response, std::string_view subject) {
    switch (response.outcome) {
        case Outcome::complete:
            return;
        case Outcome::incomplete:
            throw Error(Exit::provider, "answer.incomplete", std::string(subject),
                        "The answer ended before it was complete; half a file is no file.",
                        "Run the same command again: what was answered so far is kept.");
        case Outcome::cut:
            throw Error(Exit::provider, "answer.cut", std::string(subject),
                        "A limit of length ended the answer before it was complete; half a file is no file.",
                        "Allow more output (--max-output-tokens), or use a model with a larger limit.");
        case Outcome::refused:
            throw Error(Exit::rejected, "answer.refused", std::string(subject),
                        "The model declined: " + response.text,
                        "Change the description, or use another model.");
        case Outcome::filtered:
            throw Error(Exit::rejected, "answer.filtered", std::string(subject),
                        "The server's content filter took the answer.",
                        "Change the description, or use another server.");
    }
}

std::string text_problem(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == 0) return "It holds a NUL byte.";
        if (byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r' && byte != '\f')
            return fmt::format("It holds the control character {:#04x}.", byte);
        const std::size_t length = byte < 0x80                    ? 1
                                   : byte >= 0xc2 && byte <= 0xdf ? 2
                                   : (byte & 0xf0U) == 0xe0       ? 3
                                   : byte >= 0xf0 && byte <= 0xf4 ? 4
                                                                  : 0;
        if (length == 0 || i + length > text.size()) return "It is not UTF-8.";
        unsigned point = length == 1 ? byte : byte & (0xffU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xc0U) != 0x80) return "It is not UTF-8.";
            point = (point << 6U) | (next & 0x3fU);
        }
        const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
        if (overlong || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return "It is not UTF-8.";
        const bool bidirectional =
            (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
        if (bidirectional)
            return fmt::format(
                "It holds the bidirectional override U+{:04X}, which shows text in another order than it is "
                "compiled in.",
                point);
        i += length;
    }
    return {};
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

std::string_view unframed(std::string_view text, Repairs& repairs) {
    if (text.starts_with("\xef\xbb\xbf")) {
        text.remove_prefix(3);
        repairs.emplace_back("a byte order mark");
    }
    const std::string_view bare = trimmed(text);
    if (!bare.starts_with(think)) return text;
    const std::size_t end = end_of_thought(bare);
    if (end == std::string_view::npos) return text;
    repairs.emplace_back("a <think> block");
    return trimmed(bare.substr(end));
}

void reject(std::string rule, std::string place, std::string why) {
    throw Error(
        Exit::rejected, std::move(rule), std::move(place), std::move(why),
        "Run the same command again with another model or a clearer description; nothing was written.");
}

void thought_must_end(std::string_view text, std::string_view place) {
    if (trimmed(text).starts_with(think))
        reject("answer.think", std::string(place), "The answer begins with a <think> block that has no end.");
}

}  // namespace aibuild
