#include "tool/engine/ninja_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <utility>
#include <vector>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

constexpr std::string_view clear_line = "\x1b[K";
constexpr char begin = '\x01', end_of_mark = '\x02', end_of_status = '\x03';

// A command's words, as far as quotes and what stands between commands tell.
std::vector<std::string> shell_words(std::string_view command) {
    std::vector<std::string> out(1);
    char quote = 0;
    for (std::size_t n = 0; n < command.size(); ++n) {
        const char c = command[n];
        if (c == '\\' && quote != '\'' && n + 1 < command.size()) {
            out.back() += command[++n];
        } else if (quote != 0 ? c == quote : c == '\'' || c == '"') {
            quote = quote != 0 ? '\0' : c;
        } else if (quote == 0 && std::string_view(" \t\n;&|()<>").find(c) != std::string_view::npos) {
            if (!out.back().empty()) out.emplace_back();
        } else {
            out.back() += c;
        }
    }
    return out;
}

}  // namespace

NinjaOutput::NinjaOutput(Reader& reader, std::string status) : reader_(reader), status_(std::move(status)) {
    std::random_device random;
    mark_ = fmt::format("{}{:08x}{:08x}:", begin, random(), random());
}

std::string NinjaOutput::variable() const {
    return fmt::format("{}%s:%f:%t{}{}{}", mark_, end_of_mark, status_, end_of_status);
}

void NinjaOutput::take(std::string_view bytes) {
    // A line may have megabytes, and come in a thousand pieces: it isn't looked through again for each.
    std::size_t from = pending_.size() - std::min(pending_.size(), mark_.size());
    pending_ += bytes;
    for (;;) {
        if (pending_.starts_with(mark_)) {
            if (!take_mark()) return;
            from = 0;
            continue;
        }
        // Whole lines only, but before a mark all there is: ninja begins each of its lines anew.
        const std::size_t mark = pending_.find(mark_, from);
        const std::size_t newline = std::string_view(pending_).substr(from).rfind('\n');
        if (mark == pending_.npos && newline == pending_.npos) return;
        const std::size_t whole = mark != pending_.npos ? mark : from + newline + 1;
        const std::string text = pending_.substr(0, whole);
        pending_.erase(0, whole);
        from = 0;
        take_text(text);
    }
}

// MARK started:finished:total \2 STATUS \3 DESCRIPTION, and then either an escape sequence or a newline. What
// another mark follows before that is not of ninja.
bool NinjaOutput::take_mark() {
    const std::size_t counts = pending_.find(end_of_mark), status = pending_.find(end_of_status);
    std::size_t clear = pending_.npos, newline = pending_.npos;
    if (counts < status && status != pending_.npos) {
        clear = pending_.find(clear_line, status);
        newline = pending_.find('\n', status);
    }
    const std::size_t after = std::min(clear, newline), other = pending_.find(mark_, mark_.size());
    if (other < after) {
        const std::string text = pending_.substr(0, other);
        pending_.erase(0, other);
        take_text(text);
        return true;
    }
    if (after == pending_.npos) return false;
    NinjaLine next;
    const char* at = pending_.data() + mark_.size();
    for (int* number : {&next.started, &next.finished, &next.total}) {
        at = std::from_chars(at, pending_.data() + counts, *number).ptr + 1;
    }
    next.status = pending_.substr(counts + 1, status - counts - 1);
    next.description = pending_.substr(status + 1, after - status - 1);
    // Ninja makes build.ninja anew first, and counts from the beginning after that; or a step has counted.
    if (next.started + next.finished <= last_.started + last_.finished) miscounted_ = true;
    if (next.started < last_.started || next.finished < last_.finished) last_ = {};
    // A step that had the terminal ends without a line: then both counts went up when another begins.
    const bool silent = newline < clear;  // ninja tells of ends only
    const bool ended = next.finished > last_.finished && (silent || next.started == last_.started);
    pending_.erase(0, after + (after == clear ? clear_line.size() : 1));
    last_ = next;
    fresh_ = after == clear;
    // A step that has the terminal may begin with FAILED; but an end may have been taken for its beginning.
    of_failure_ = ended || miscounted_ ? 0 : -1;
    if (ended) {
        reader_.ended(last_);
    } else {
        reader_.began(last_);
    }
    return true;
}

void NinjaOutput::take_text(std::string_view text) {
    // Before a mark stands a carriage return.
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (text.empty()) return;
    if (std::exchange(fresh_, false) && text.starts_with('\n')) text.remove_prefix(1);
    while (!text.empty()) {
        const std::size_t newline = text.find('\n');
        const std::size_t size = newline == text.npos ? text.size() : newline + 1;
        line(text.substr(0, size));
        text.remove_prefix(size);
    }
}

void NinjaOutput::line(std::string_view text) {
    if (of_failure_ == 1) {
        of_failure_ = 0;
        reader_.failed(outputs_, std::string(text.substr(0, text.find('\n'))), code_);
        return;
    }
    constexpr std::string_view failed = "FAILED: ", code = "[code=";
    const std::string plain = without_escapes(text);
    if (of_failure_ == 0 && plain.starts_with(failed)) {
        outputs_ = plain.substr(failed.size(), plain.find('\n') - failed.size());
        code_ = 1;
        if (outputs_.starts_with(code)) {
            std::from_chars(outputs_.data() + code.size(), outputs_.data() + outputs_.size(), code_);
            outputs_.erase(0, outputs_.find(']') + 2);
        }
        of_failure_ = 1;
        return;
    }
    of_failure_ = -1;  // a step that prints FAILED has not failed: ninja says it before all else
    reader_.printed(text);
}

void NinjaOutput::end() {
    if (!pending_.empty()) take_text(std::exchange(pending_, {}));
}

std::string first_output(std::string_view outputs, std::string_view command) {
    while (outputs.ends_with(' ')) outputs.remove_suffix(1);
    const std::vector<std::string> words = shell_words(command);
    for (std::size_t end = outputs.size(); end != outputs.npos && end > 0;
         end = outputs.rfind(' ', end - 1)) {
        const std::string_view path = outputs.substr(0, end);
        const bool named = std::any_of(words.begin(), words.end(), [&](std::string_view word) {
            return word.ends_with(path) &&
                   (word.size() == path.size() || word[word.size() - path.size() - 1] == '/');
        });
        if (named) return std::string(path);
    }
    return std::string(outputs.substr(0, outputs.find(' ')));
}

std::string without_escapes(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t n = 0; n < text.size(); ++n) {
        if (text[n] != '\x1b') {
            out += text[n];
        } else if (n + 1 < text.size() && text[n + 1] == '[') {
            // ESC [ parameters, up to a letter
            for (n += 2; n < text.size() && !((text[n] | 0x20) >= 'a' && (text[n] | 0x20) <= 'z'); ++n) {
            }
        }
    }
    return out;
}

std::string with_colours(std::string_view text) {
    std::string out, plain;
    const auto flush = [&] {
        out += visible(plain);
        plain.clear();
    };
    for (std::size_t n = 0; n < text.size(); ++n) {
        // ESC [ digits and semicolons m
        std::size_t end = n + 2;
        if (text.substr(n).starts_with("\x1b[")) {
            while (end < text.size() && (text[end] == ';' || (text[end] >= '0' && text[end] <= '9'))) ++end;
        }
        if (text[n] == '\t' || text[n] == '\r') {
            flush();
            out += text[n];
        } else if (text[n] == '\x1b' && end < text.size() && text[n + 1] == '[' && text[end] == 'm') {
            flush();
            out += text.substr(n, end + 1 - n);
            n = end;
        } else {
            plain += text[n];
        }
    }
    flush();
    return out;
}

}  // namespace aibuild
