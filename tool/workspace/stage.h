#pragma once

// The stage of a commit, .aibuild/stage, and how it survives a kill at any instant.
//
//   N.new         the new text of file N, whole and synced; once it is gone, file N is in its place
//   N.old         what stood there: a hard link to it (a copy where the file system has none)
//   commit.json   the decision: path, hash of the new text and of the old, for each N. While it is there, the
//                 next run goes forward: it renames every N.new that is left
//   undo.json     commit.json renamed, when going forward failed. While it is there, the next run goes back:
//                 every file that holds the new text gets its old one again
//
// Neither there: nothing outside of the stage has been touched, and it is thrown away.
//
// A person may edit between the kill and the next run. A file that is neither what it was nor what it was to
// become is theirs: going forward turns into going back, and going back leaves it alone.
//
// The decision also names the inode of the stage's directory. A stage that came with a clone or an archive
// has another one, so that a tree can't bring moves of its own for AIBuild to make.

#include <string>
#include <string_view>
#include <vector>

#include "tool/workspace/beneath.h"

namespace aibuild {

class Stage {
  public:
    // Makes an empty stage in the directory `root`. Throws Error with nothing left of it.
    static Stage make(int root);

    // What a killed run left. Not there: a Stage that is false.
    static Stage find(int root);

    explicit operator bool() const { return static_cast<bool>(directory_); }

    // Stages the text that goes to `path`, and keeps what is there: `old` with its permissions, or nothing.
    void add(const std::string& path, std::string_view text, bool executable, const std::string* old,
             mode_t old_mode);

    void decide();

    // False, with nothing done, where a file is no longer what it was when it was staged.
    bool forward();

    void back();

    // Removes the stage, and .aibuild where it is empty without it.
    void discard();

    // Finishes, one way or the other, what the killed run was doing.
    void recover();

  private:
    struct Move {
        std::string path;
        std::string text;  // SHA-256 of the new text
        std::string old;   // and of the old; empty where there was no file
    };

    std::string decision() const;
    void read_decision(const std::string& name);
    bool has(const std::string& name) const;
    void rename(const std::string& from, const std::string& to);

    int root_ = -1;
    Fd above_;      // .aibuild
    Fd directory_;  // .aibuild/stage
    std::vector<Move> moves_;
    std::vector<std::string> made_;  // directories that were missing at the decision, outermost first
};

}  // namespace aibuild
