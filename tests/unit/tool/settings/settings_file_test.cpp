#include "tool/settings/settings_file.h"

#include "tests/support/thrown.h"
#include "tests/unit/tool/workspace/directory.h"

using namespace aibuild;

namespace {

Error read(const std::string& text, SettingsOwner owner) {
    test::Directory directory;
    directory.put("config.json", text);
    return test::thrown([&] { read_settings_file(directory / "config.json", owner, "/home/ann"); });
}

std::string members(const std::string& text) {
    return "{\n  \"format\": 1,\n  " + text + "\n}\n";
}

TEST(SettingsFile, NoFileIsNone) {
    test::Directory directory;
    EXPECT_FALSE(read_settings_file(directory / "config.json", SettingsOwner::user, ""));
    EXPECT_FALSE(read_settings_file(directory / "a/b/config.json", SettingsOwner::project, ""));
}

TEST(SettingsFile, WhatIsWrongIsNamedWithFileAndLine) {
    for (const auto& [text, rule, fix] : std::vector<std::array<std::string, 3>>{
             {members(R"("modle": "m")"), "settings.unknown", "Did you mean \"model\"?"},
             {members(R"("zzz": 1)"), "settings.unknown", "config list"},
             {members(R"("model": 7)"), "settings.type", ""},
             {members(R"("jobs": "4")"), "settings.type", ""},
             {members(R"("offline": "yes")"), "settings.type", ""},
             {members(R"("log": "loud")"), "settings.type", ""},
             {members(R"("key": "sk-1")"), "settings.key", "key_file"},
             {members(R"("base_url": "https://a@b")"), "provider.url", ""},
             {members(R"("servers": [])"), "settings.type", ""}}) {
        const Error error = read(text, SettingsOwner::user);
        EXPECT_EQ(error.rule(), rule) << text;
        EXPECT_NE(error.place().find("config.json:3"), std::string::npos) << error.place();
        EXPECT_NE(error.fix().find(fix), std::string::npos) << error.fix();
        EXPECT_EQ(std::string(error.what()).find("sk-1"), std::string::npos);
    }
    EXPECT_EQ(read("{", SettingsOwner::user).rule(), "json.syntax");
    EXPECT_EQ(read("[]", SettingsOwner::user).rule(), "settings.type");
    EXPECT_EQ(read("{}", SettingsOwner::user).rule(), "settings.type") << "a format is needed";
    EXPECT_EQ(read(R"({"format": 2, "whatever": 1})", SettingsOwner::user).rule(), "settings.newer");
}

TEST(SettingsFile, AProjectSaysNothingOfWhereRequestsKeysAndMoneyGo) {
    for (const char* member :
         {R"("base_url": "https://evil.example/v1")", R"("api": "chat")",
          R"("key_file": "/home/ann/.ssh/id")", R"("key_command": ["sh", "-c", "evil"])",
          R"("organization": "org")", R"("openai_project": "p")", R"("headers": {"X-A": "b"})",
          R"("servers": {"a": {"base_url": "https://evil.example"}})", R"("servers": 1)", R"("key": "sk-1")",
          R"("api_key": "sk-1")", R"("proxy": "http://evil.example")", R"("command": ["evil"])",
          R"("max_cost": 1000000)", R"("max_calls": 1000000)", R"("price_input": 0)",
          R"("offline": false)"}) {
        const Error error = read(members(R"("model": "m", )" + std::string(member)), SettingsOwner::project);
        EXPECT_EQ(error.rule(), "settings.project") << member;
        EXPECT_EQ(error.exit(), Exit::policy);
        EXPECT_NE(error.place().find(":3"), std::string::npos) << error.place();
        EXPECT_NE(error.fix().find("~/.config/aibuild/config.json"), std::string::npos);
    }
    EXPECT_EQ(
        read(members(R"("provider": "builtin", "model": "m", "jobs": 2)"), SettingsOwner::project).rule(),
        "nothing");
}

TEST(SettingsFile, AProjectsFileIsARegularFileOfItsOwn) {
    test::Directory directory;
    directory.put("other.json", members(R"("model": "m")"));
    std::filesystem::create_symlink(directory / "other.json", directory / "config.json");
    const auto with = [&](SettingsOwner owner) {
        return test::thrown([&] { read_settings_file(directory / "config.json", owner, ""); }).rule();
    };
    EXPECT_EQ(with(SettingsOwner::project), "settings.file");
    EXPECT_EQ(with(SettingsOwner::user), "nothing") << "people keep theirs behind links";
    std::filesystem::remove(directory / "config.json");
    ASSERT_EQ(::mkfifo((directory / "config.json").c_str(), 0600), 0);
    EXPECT_EQ(with(SettingsOwner::project), "settings.file");
    std::filesystem::remove(directory / "config.json");
    directory.put("config.json", std::string((1U << 20U) + 1, ' '));
    EXPECT_EQ(with(SettingsOwner::project), "settings.file");
}

TEST(SettingsFile, AProgramIsNamedByThePersonAlone) {
    const std::string top = members(R"("key_command": ["pass", "show", "k"])");
    const std::string server =
        members(R"("servers": {"w": {"base_url": "https://a.b", "key_command": ["p"]}})");
    for (const std::string& text : {top, server}) {
        EXPECT_EQ(read(text, SettingsOwner::system).rule(), "settings.key");
        EXPECT_EQ(read(text, SettingsOwner::user).rule(), "nothing");
        test::Directory directory;
        directory.put("config.json", text);
        std::filesystem::permissions(directory / "config.json", std::filesystem::perms::group_write,
                                     std::filesystem::perm_options::add);
        const Error error =
            test::thrown([&] { read_settings_file(directory / "config.json", SettingsOwner::user, ""); });
        EXPECT_EQ(error.rule(), "settings.writable");
    }
}

TEST(SettingsFile, APathStartsBesideTheFileOrAtHome) {
    test::Directory directory;
    const auto key_file = [&](const char* path) {
        directory.put("config.json", members("\"key_file\": \"" + std::string(path) + "\""));
        const auto file = read_settings_file(directory / "config.json", SettingsOwner::user, "/home/ann");
        return std::string(std::string_view(file->settings.at("key_file").value.as_string()));
    };
    EXPECT_EQ(key_file("~/k"), "/home/ann/k");
    EXPECT_EQ(key_file("k"), (directory / "k").string());
    EXPECT_EQ(key_file("/k"), "/k");
}

TEST(SettingsFile, VariablesWithKeysAreFoundAlsoInAFileThatIsWrong) {
    test::Directory directory;
    directory.put("config.json",
                  R"({"format": 9, "nonsense": 1, "servers": {"a": {"key_environment": "WORK_KEY"},
        "b": {"key_environment": "PATH"}, "c": 7, "d": {}}})");
    EXPECT_EQ(key_variables_in(directory / "config.json"), std::vector<std::string>{"WORK_KEY"});
    directory.put("config.json", "{");
    EXPECT_TRUE(key_variables_in(directory / "config.json").empty());
    EXPECT_TRUE(key_variables_in(directory / "none.json").empty());
}

}  // namespace
