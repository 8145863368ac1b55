#include "tool/state/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include "ninja-gen/error.h"
#include "ninja-gen/json.h"
#include "ninja-gen/quote.h"
#include "tool/text/utf8.h"

namespace aibuild {

namespace {

constexpr std::array<std::string_view, 4> state_names = {"running", "succeeded", "failed", "cancelled"};

// Eight bytes at a time: nearly every text is.
bool is_ascii(std::string_view text) {
    constexpr std::uint64_t high = 0x8080808080808080;
    std::uint64_t seen = 0;
    for (; text.size() >= sizeof seen; text.remove_prefix(sizeof seen)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), sizeof word);
        seen |= word;
    }
    for (const char c : text) seen |= static_cast<unsigned char>(c);
    return (seen & high) == 0;
}

}  // namespace

std::string_view name_of(TaskState state) {
    return state_names.at(static_cast<std::size_t>(state));
}

std::optional<Root> root_if_there(const std::filesystem::path& build) {
    std::error_code ignored;  // of what is neither there nor missing Root tells what is wrong
    if (std::filesystem::status(build, ignored).type() == std::filesystem::file_type::not_found)
        return std::nullopt;
    return Root(build);
}

std::string kept_output(std::string_view printed) {
    constexpr std::size_t most = 16U << 10U;
    if (printed.size() <= most) return std::string(printed);
    printed.remove_prefix(printed.size() - most);
    const std::size_t line = printed.find('\n') + 1;  // 0 where all of it is one line
    return std::string(printed.substr(line == printed.size() ? 0 : line));
}

void write_text(std::string& out, std::string_view value) {
    if (is_ascii(value))
        quote::json(out, value);
    else
        quote::json(out, as_utf8(value));
}

void LineObject::begin(std::string_view name) {
    out_ += first_ ? "\"" : ", \"";
    first_ = false;
    out_ += name;
    out_ += "\": ";
}

void LineObject::text(std::string_view name, std::string_view value) {
    begin(name);
    write_text(out_, value);
}

void LineObject::number(std::string_view name, std::int64_t value) {
    begin(name);
    const fmt::format_int digits(value);
    out_.append(digits.data(), digits.size());
}

void LineObject::real(std::string_view name, double value) {
    begin(name);
    fmt::format_to(std::back_inserter(out_), "{}", value);  // the shortest that reads back as the same
}

void LineObject::texts(std::string_view name, const std::vector<std::string>& values) {
    begin(name);
    std::string_view between = "[";
    for (const std::string& value : values) {
        out_ += between;
        write_text(out_, value);
        between = ", ";
    }
    out_ += values.empty() ? "[]" : "]";
}

Fields::Fail syntax_error(std::string_view text, std::string_view file, int line) {
    return [=](const std::string& pointer, const std::string& why) {
        throw Error(Exit::failure, "state.syntax",
                    line > 0 ? fmt::format("{}:{}", file, line) : json::place(file, text, pointer), why,
                    fmt::format("Remove {}: nothing but the history of this build directory is lost.", file));
    };
}

boost::json::value parse_document(std::string_view text, std::string_view file, const Fields::Fail& fail) {
    try {
        return json::parse(text, file);
    } catch (const Error& error) {
        fail("", error.why());
        throw;
    }
}

void check_format(Fields& fields, std::string_view file, int known, const Fields::Fail& fail) {
    const std::optional<std::int64_t> format = fields.number("format");
    if (!format || *format < 1) fail("/format", "`format` must be the number of the file's format.");
    if (*format > known) {
        throw Error(
            Exit::failure, "state.newer", std::string(file),
            fmt::format("This file has format {}, and this AIBuild knows formats up to {}.", *format, known),
            "Use the AIBuild that wrote it, a newer one, or another build directory. Nothing was changed.");
    }
}

TaskState read_task_state(Fields& fields, const Fields::Fail& fail) {
    const std::string name = fields.text("state");
    const auto* const found = std::find(state_names.begin(), state_names.end(), name);
    if (found == state_names.end())
        fail(fields.pointer("state"), fmt::format("`{}` is not a task's state.", name));
    return static_cast<TaskState>(found - state_names.begin());
}

}  // namespace aibuild
