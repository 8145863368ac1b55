#include "tool/inference/capabilities.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace aibuild {
namespace {

namespace fs = std::filesystem;
using Time = Capabilities::Time;

class Memory : public testing::Test {
  protected:
    Memory() {
        std::string name = (fs::temp_directory_path() / "capabilities.XXXXXX").string();
        folder_ = mkdtemp(name.data());
    }
    ~Memory() override { fs::remove_all(folder_); }

    static unsigned mode_of(const fs::path& path) {
        struct stat status {};
        EXPECT_EQ(stat(path.c_str(), &status), 0);
        return status.st_mode & 0777U;
    }

    std::string text() const {
        std::ifstream file(memory().file("u", "m"));
        std::ostringstream out;
        out << file.rdbuf();
        return out.str();
    }
    void write(const std::string& text) const { std::ofstream(memory().file("u", "m")) << text; }

    Capabilities memory() const { return Capabilities(folder_ / "aibuild/servers"); }

    const Dialect dialect_{Format::json_object, false, false, Api::responses};
    const Time now_{std::chrono::days(20'000)};
    fs::path folder_;
};

TEST_F(Memory, KeepsWhatWasFoundOut) {
    EXPECT_EQ(memory().find("u", "m", now_), std::nullopt);
    memory().keep("u", "m", dialect_, now_);
    EXPECT_EQ(memory().find("u", "m", now_), dialect_);
    EXPECT_EQ(memory().find("u", "other", now_), std::nullopt);
    EXPECT_EQ(memory().find("other", "m", now_), std::nullopt);
    memory().keep("u", "m", {}, now_);
    EXPECT_EQ(memory().find("u", "m", now_), Dialect{});
}

TEST_F(Memory, IsForItsOwnerOnly) {
    memory().keep("u", "m", dialect_, now_);
    EXPECT_EQ(mode_of(memory().file("u", "m")), 0600U);
    EXPECT_EQ(mode_of(folder_ / "aibuild/servers"), 0700U);
    EXPECT_EQ(mode_of(folder_ / "aibuild"), 0700U);
    const auto files = fs::directory_iterator(folder_ / "aibuild/servers");
    EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(Memory, FadesAfterAMonth) {
    memory().keep("u", "m", dialect_, now_);
    EXPECT_EQ(memory().find("u", "m", now_ + Capabilities::lifetime), dialect_);
    EXPECT_EQ(memory().find("u", "m", now_ + Capabilities::lifetime + std::chrono::seconds(1)), std::nullopt);
    // The clock was set back: nobody knows how old it is.
    EXPECT_EQ(memory().find("u", "m", now_ - std::chrono::seconds(1)), std::nullopt);
}

TEST_F(Memory, BelievesNoBrokenFile) {
    memory().keep("u", "m", dialect_, now_);
    const std::string good = text();
    for (const auto& [old, other] : {std::pair{"json_object", "json_objects"},
                                     {"\"format\"", "\"form\""},
                                     {"capabilities/1", "capabilities/2"},
                                     {"\"base_url\": \"u\"", "\"base_url\": \"v\""},
                                     {"\"model\": \"m\"", "\"model\": 7"},
                                     {"false", "0"},
                                     {"{", "["}}) {
        std::string text = good;
        ASSERT_NE(text.find(old), std::string::npos) << old;
        text.replace(text.find(old), std::string_view(old).size(), other);
        write(text);
        EXPECT_EQ(memory().find("u", "m", now_), std::nullopt) << text;
    }
    write(good.substr(0, good.size() / 2));
    EXPECT_EQ(memory().find("u", "m", now_), std::nullopt);
    write(good);
    EXPECT_EQ(memory().find("u", "m", now_), dialect_);
}

TEST_F(Memory, ThatCannotBeWrittenStopsNothing) {
    std::ofstream(folder_ / "aibuild") << "in the way";
    EXPECT_NO_THROW(memory().keep("u", "m", dialect_, now_));
    EXPECT_EQ(memory().find("u", "m", now_), std::nullopt);
    EXPECT_NO_THROW(Capabilities({}).keep("u", "m", dialect_, now_));
    EXPECT_EQ(Capabilities({}).find("u", "m", now_), std::nullopt);
}

}  // namespace
}  // namespace aibuild
