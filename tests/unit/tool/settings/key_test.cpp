#include "tool/settings/key.h"

#include "tests/support/thrown.h"
#include "tests/support/variable.h"
#include "tests/unit/tool/workspace/directory.h"

using namespace aibuild;

namespace {

const Origin origin = origin_of("https://api.openai.com/v1", "");

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};
static_assert(!Printable<Key>);

void private_file(const test::Directory& directory, const char* name, const std::string& text,
                  mode_t mode = 0600) {
    directory.put(name, text);
    ASSERT_EQ(::chmod((directory / name).c_str(), mode), 0);
}

TEST(Key, IsGivenOutForItsOriginAlone) {
    const Key key("sk-canary", origin, "OPENAI_API_KEY");
    EXPECT_EQ(key.text_for(origin_of("https://API.openai.com:443/other", "")), "sk-canary");
    for (const char* other : {"https://api.openai.com.evil.example", "http://api.openai.com:443",
                              "https://api.openai.com:444", "http://127.0.0.1"}) {
        const Error error = test::thrown([&] { key.text_for(origin_of(other, "")); });
        EXPECT_EQ(error.rule(), "key.origin") << other;
        EXPECT_EQ(std::string(error.what()).find("canary"), std::string::npos);
    }
    EXPECT_EQ(Key().text_for(origin), "") << "no key is none for everybody";
}

TEST(Key, WhatNoKeyHasIsRefusedAndNotRepeated) {
    for (const char* text : {"sk canary", "sk-canary\n", "sk-canary\r\nX: y", "\"sk-canary\xe2\x80\x9d"}) {
        const Error error = test::thrown([&] { Key(text, origin, "OPENAI_API_KEY"); });
        EXPECT_EQ(error.rule(), "key.malformed");
        EXPECT_EQ(error.place(), "OPENAI_API_KEY");
        EXPECT_EQ(std::string(error.what()).find("canary"), std::string::npos);
    }
}

TEST(Key, SourcesCountInTheirOrder) {
    test::Directory directory;
    private_file(directory, "key", "of-file\n");
    KeySources sources{true, "OPENAI_API_KEY", directory / "key", {"printf", "of-command"}, {}};
    TakenKeys taken = {{"AIBUILD_API_KEY", "of-aibuild"}, {"OPENAI_API_KEY", "of-openai"}};
    EXPECT_EQ(find_key(taken, sources, origin).text_for(origin), "of-aibuild");
    sources.first = false;
    EXPECT_EQ(find_key(taken, sources, origin).text_for(origin), "of-openai");
    taken.erase("OPENAI_API_KEY");
    EXPECT_EQ(find_key(taken, sources, origin).text_for(origin), "of-file");
    EXPECT_EQ(find_key(taken, sources, origin).from(), (directory / "key").string());
    sources.file.clear();
    EXPECT_EQ(find_key(taken, sources, origin).text_for(origin), "of-command");
    sources.command.clear();
    EXPECT_FALSE(find_key(taken, sources, origin).present());
}

TEST(Key, AFileIsForItsOwnerAlone) {
    test::Directory directory;
    for (const mode_t mode : {0640U, 0604U, 0620U, 0644U, 0700U, 0666U}) {
        private_file(directory, "key", "sk-canary", mode);
        const Error error = test::thrown([&] {
            find_key({}, {true, "", directory / "key", {}, {}}, origin);
        });
        EXPECT_EQ(error.rule(), "key.mode") << mode;
        EXPECT_EQ(error.exit(), Exit::key);
        EXPECT_EQ(error.fix(), "chmod 600 " + (directory / "key").string());
    }
    for (const mode_t mode : {0600U, 0400U}) {
        private_file(directory, "key", "sk-canary\r\n", mode);
        EXPECT_EQ(find_key({}, {true, "", directory / "key", {}, {}}, origin).text_for(origin), "sk-canary");
    }
}

TEST(Key, AFileThatCanNotHoldOneIsRefused) {
    test::Directory directory;
    private_file(directory, "empty", "\n");
    private_file(directory, "long", std::string(20000, 'k'));
    private_file(directory, "project/.aibuild/key", "sk-canary");
    ASSERT_EQ(::mkfifo((directory / "pipe").c_str(), 0600), 0);
    std::filesystem::create_directory_symlink(directory / "project", directory / "link");
    for (const char* name :
         {"empty", "long", "pipe", "none", "project", "project/.aibuild/key", "link/.aibuild/key"}) {
        const KeySources sources{true, "", directory / name, {}, directory / "project"};
        const Error error = test::thrown([&] { find_key({}, sources, origin); });
        EXPECT_EQ(error.rule(), "key.file") << name;
        EXPECT_EQ(std::string(error.what()).find("canary"), std::string::npos);
    }
    private_file(directory, "project-key", "sk-canary");
    EXPECT_TRUE(
        find_key({}, {true, "", directory / "project-key", {}, directory / "project"}, origin).present());
}

TEST(Key, ACommandRunsWithoutAShellAndSaysNothingElse) {
    const auto run = [](std::vector<std::string> argv) {
        return find_key({}, {true, "", {}, std::move(argv), {}}, origin).text_for(origin);
    };
    EXPECT_EQ(run({"printf", "%s\\n", "$(echo)sk-canary;`x`"}), "$(echo)sk-canary;`x`");
    for (const std::vector<std::string>& argv :
         std::vector<std::vector<std::string>>{{"false"},
                                               {"sh", "-c", "echo sk-canary; exit 3"},
                                               {"true"},
                                               {"./printf", "sk-canary"},
                                               {"bin/printf", "sk-canary"},
                                               {"no-such-program-at-all"}}) {
        const Error error = test::thrown([&] { run(argv); });
        EXPECT_EQ(error.rule(), "key.command") << argv.front();
        EXPECT_EQ(error.exit(), Exit::key);
        EXPECT_EQ(std::string(error.what()).find("canary"), std::string::npos);
    }
    EXPECT_EQ(test::thrown([&] { run({"printf", "two\nlines"}); }).rule(), "key.malformed");
}

TEST(Key, ChildrenInheritNone) {
    test::Directory directory;
    directory.put("c/aibuild/config.json",
                  R"({"servers": {"work": {"key_environment": "AIBUILD_TEST_WORK_KEY"}}})");
    const test::Variable openai("OPENAI_API_KEY", "sk-1"), azure("AZURE_OPENAI_API_KEY", ""),
        work("AIBUILD_TEST_WORK_KEY", "sk-2"), router("OPENROUTER_API_KEY"), own("AIBUILD_API_KEY");
    const Environment environment = [&](const std::string& name) -> std::optional<std::string> {
        if (name == "XDG_CONFIG_HOME") return (directory / "c").string();
        return name == "XDG_CONFIG_DIRS" ? std::optional((directory / "none").string()) : std::nullopt;
    };
    const TakenKeys taken = take_keys(key_variables(environment));
    EXPECT_EQ(taken, (TakenKeys{{"OPENAI_API_KEY", "sk-1"}, {"AIBUILD_TEST_WORK_KEY", "sk-2"}}));
    for (const char* name : {"OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "AIBUILD_TEST_WORK_KEY"})
        EXPECT_EQ(std::getenv(name), nullptr) << name;
}

}  // namespace
