#pragma once

// What ninja prints, taken apart: which steps begin, which end, and what each had to say.
//
// Ninja says nothing for machines, but NINJA_STATUS stands at the beginning of its every line, and there we
// put a mark that no program prints by chance, with the counts behind it; what the person has in NINJA_STATUS
// follows and is shown as always. On a terminal a line comes when a step begins and another when it ends;
// with -v only the second. The counts tell which it is. Behind an end stands what the step printed, and
// before that, where it failed, FAILED with its outputs and its command.
//
// Steps inherit NINJA_STATUS, so that one can print lines as if it were ninja; whoever keeps what is told
// here asks .ninja_log too (build_record.h). What ninja prints can't be covered up by that.

#include <string>
#include <string_view>

namespace aibuild {

struct NinjaLine {
    std::string status;       // the person's: "[3/17] "
    std::string description;  // "CXX obj/a.o"; with -v the command
    std::string text() const { return status + description; }
    int started = 0, finished = 0, total = 0;  // steps of this run so far
};

class NinjaOutput {
  public:
    class Reader {
      public:
        virtual ~Reader() = default;
        virtual void began(const NinjaLine& line) = 0;
        // It succeeded, unless failed() follows.
        virtual void ended(const NinjaLine& line) = 0;
        // Of the step that ended last, or whose end was taken for a beginning: its outputs as ninja prints
        // them, a space behind each; its exit code, which ninja tells from 1.13 on, else 1.
        virtual void failed(const std::string& outputs, const std::string& command, int code) = 0;
        // A line, its newline included, of the step that ended last or, where one began after it, of one
        // that has the terminal (pool = console); without a newline only where it is the last.
        virtual void printed(std::string_view line) = 0;
    };

    // `status` is the person's NINJA_STATUS; "[%f/%t] " where it is not set.
    NinjaOutput(Reader& reader, std::string status);

    // The value of NINJA_STATUS for ninja.
    std::string variable() const;

    void take(std::string_view bytes);
    void end();  // nothing comes any more

  private:
    bool take_mark();
    void take_text(std::string_view text);
    void line(std::string_view text);

    Reader& reader_;
    std::string mark_, status_;
    std::string pending_;  // bytes that are not a whole line or mark yet
    NinjaLine last_;
    bool miscounted_ = false;  // the counts did not always go up
    bool fresh_ = false;       // right behind the line of a step: a newline belongs to that
    int of_failure_ = 0;       // lines of FAILED that are still to come
    std::string outputs_;
    int code_ = 1;
};

// The first of a failed step's outputs, which ninja prints with a space behind each: a path that has spaces
// is told from two paths by the words of the command. Where that names none of them, up to the first space.
std::string first_output(std::string_view outputs, std::string_view command);

// Without escape sequences, as ninja itself takes them out where its output is no terminal.
std::string without_escapes(std::string_view text);

// With colours alone: every other sequence, with which a step could drive the person's terminal, is made
// visible.
std::string with_colours(std::string_view text);

}  // namespace aibuild
