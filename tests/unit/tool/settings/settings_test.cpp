#include "tool/settings/settings.h"

#include <boost/json/serialize.hpp>

#include "tests/support/thrown.h"
#include "tests/unit/tool/workspace/directory.h"
#include "tool/settings/setting.h"

using namespace aibuild;
using namespace std::chrono_literals;

namespace {

// A machine with a project, a person and a system, none of which is this one.
class Machine {
  public:
    std::map<std::string, std::string> variables;

    Machine() {
        variables["HOME"] = (directory / "home").string();
        variables["XDG_CONFIG_DIRS"] =
            (directory / "xdg1").string() + ":relative:" + (directory / "xdg2").string();
    }

    void put(const char* file, const std::string& members) const {
        directory.put(file, "{\n\"format\": 1" + (members.empty() ? "" : ",\n" + members) + "\n}\n");
    }

    ToolSettings load(const GivenFlags& flags = {}) const {
        return ToolSettings::load(flags, environment(), directory / "project");
    }

    Environment environment() const {
        return [this](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        };
    }

    test::Directory directory;
};

constexpr const char* project = "project/.aibuild/config.json";
constexpr const char* personal = "home/.config/aibuild/config.json";

std::vector<std::string> layers(const ToolSettings& settings, const char* name) {
    std::vector<std::string> out;
    for (const SettingSource& source : settings.explain(name))
        out.push_back(std::string(name_of(source.layer)) + "=" + shown(name, source.value));
    return out;
}

TEST(ToolSettings, EveryDefaultIsOfItsType) {
    const ToolSettings settings = Machine().load();
    EXPECT_EQ(settings.text("base_url"), "https://api.openai.com/v1");
    EXPECT_EQ(settings.seconds("timeout"), 600s);
    EXPECT_EQ(settings.count("attempts"), 3);
    EXPECT_EQ(settings.count("max_calls"), std::nullopt);
    EXPECT_EQ(settings.amount("max_cost"), std::nullopt);
    EXPECT_TRUE(settings.list("model").empty());
    EXPECT_FALSE(settings.flag("offline"));
    EXPECT_FALSE(settings.given("timeout"));
    EXPECT_TRUE(settings.servers().empty());
}

TEST(ToolSettings, EveryFlagHasAVariable) {
    for (const Setting& each : all_settings()) {
        if (each.flag.empty()) continue;
        std::string variable = "AIBUILD_";
        for (const char c : each.name) variable += static_cast<char>(std::toupper(c));
        ASSERT_FALSE(each.environment.empty()) << each.name;
        EXPECT_EQ(each.environment.front(), variable);
    }
}

TEST(ToolSettings, TheStrongestLayerWinsAndTellsWhatItHides) {
    Machine machine;
    machine.put("xdg2/aibuild/config.json", R"("model": "weakest")");
    machine.put("xdg1/aibuild/config.json", R"("model": "system")");
    EXPECT_EQ(layers(machine.load(), "model"), (std::vector<std::string>{"system=system", "system=weakest"}));
    machine.put(personal, R"("model": ["user", "second"])");
    EXPECT_EQ(machine.load().list("model"), (std::vector<std::string>{"user", "second"}));
    machine.put(project, R"("model": "project")");
    EXPECT_EQ(machine.load().list("model"), std::vector<std::string>{"project"});
    machine.variables["AIBUILD_MODEL"] = "variable";
    EXPECT_EQ(machine.load().list("model"), std::vector<std::string>{"variable"});
    const ToolSettings all = machine.load({{"model", "flag, other"}});
    EXPECT_EQ(all.list("model"), (std::vector<std::string>{"flag", "other"}));
    EXPECT_EQ(layers(all, "model"),
              (std::vector<std::string>{"flag=flag, other", "environment=variable", "project=project",
                                        "user=user, second", "system=system", "system=weakest"}));
    EXPECT_EQ(all.explain("model")[0].place, "--model");
    EXPECT_EQ(all.explain("model")[1].place, "AIBUILD_MODEL");
    EXPECT_EQ(all.explain("model")[2].place, (machine.directory / project).string() + ":3 (/model)");
    EXPECT_TRUE(all.given("model"));
}

TEST(ToolSettings, AibuildVariablesComeBeforeOpenAiOnes) {
    Machine machine;
    machine.variables["OPENAI_BASE_URL"] = "https://b.example/v1";
    machine.variables["OPENAI_ORG_ID"] = "org-1";
    machine.variables["OPENAI_PROJECT_ID"] = "proj-1";
    EXPECT_EQ(machine.load().text("base_url"), "https://b.example/v1");
    EXPECT_EQ(machine.load().text("organization"), "org-1");
    EXPECT_EQ(machine.load().text("openai_project"), "proj-1");
    machine.variables["AIBUILD_BASE_URL"] = "https://a.example/v1";
    EXPECT_EQ(machine.load().text("base_url"), "https://a.example/v1");
    machine.variables["AIBUILD_BASE_URL"] = "";
    EXPECT_EQ(machine.load().text("base_url"), "https://b.example/v1") << "empty is not set";
}

TEST(ToolSettings, TheOldNameOfTheBaseUrlCountsUnlessTheyDiffer) {
    Machine machine;
    machine.variables["OPENAI_API_BASE"] = "https://old.example/v1";
    EXPECT_EQ(machine.load().text("base_url"), "https://old.example/v1");
    machine.variables["OPENAI_BASE_URL"] = "https://old.example/v1";
    EXPECT_EQ(machine.load().text("base_url"), "https://old.example/v1");
    machine.variables["OPENAI_BASE_URL"] = "https://new.example/v1";
    EXPECT_EQ(test::thrown([&] { machine.load(); }).rule(), "settings.conflict");
    EXPECT_EQ(machine.load({{"base_url", "https://flag.example"}}).text("base_url"), "https://flag.example");
}

TEST(ToolSettings, WhatASettingDoesNotTakeIsAnErrorThatNamesItsPlace) {
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {"jobs", "0"},         {"jobs", "-1"},
             {"jobs", "1.5"},       {"jobs", "many"},
             {"jobs", "257"},       {"jobs", "0x10"},
             {"attempts", "21"},    {"timeout", "0"},
             {"timeout", "nan"},    {"timeout", "inf"},
             {"timeout", "1e9"},    {"max_cost", "-1"},
             {"max_cost", "1.2.3"}, {"api", "chatty"},
             {"log", "loud"},       {"model", ","},
             {"model", "a,,b"},     {"model", "a\nb"},
             {"offline", "maybe"},  {"organization", "a\r\nX: b"}}) {
        Machine machine;
        const GivenFlags given{{name, value}};  // Clang 14 captures no structured bindings
        const Error flag = test::thrown([&] { machine.load(given); });
        EXPECT_EQ(flag.rule(), "settings.type") << name << "=" << value;
        EXPECT_TRUE(flag.place().starts_with("-")) << flag.place();
        EXPECT_EQ(flag.exit(), Exit::usage);
    }
    Machine machine;
    machine.variables["AIBUILD_JOBS"] = "soon";
    const Error variable = test::thrown([&] { machine.load(); });
    EXPECT_EQ(variable.rule(), "settings.type");
    EXPECT_EQ(variable.place(), "AIBUILD_JOBS");
}

TEST(ToolSettings, NumbersAndFlagsAreRead) {
    Machine machine;
    machine.put(personal,
                R"("timeout": 0.5, "max_cost": 2, "jobs": 8, "offline": true, "max_tokens": 100000000000)");
    const ToolSettings settings = machine.load({{"price_input", "0"}});
    EXPECT_EQ(settings.seconds("timeout"), 500ms);
    EXPECT_EQ(settings.amount("max_cost"), 2.0);
    EXPECT_EQ(settings.amount("price_input"), 0.0);
    EXPECT_EQ(settings.count("jobs"), 8);
    EXPECT_EQ(settings.count("max_tokens"), 100'000'000'000);
    EXPECT_TRUE(settings.flag("offline"));
    EXPECT_FALSE(machine.load({{"offline", "no"}}).flag("offline"));
}

TEST(ToolSettings, AnUnknownNameIsAnErrorWithTheOneThatWasMeant) {
    const ToolSettings settings = Machine().load();
    const Error error = test::thrown([&] { settings.explain("modle"); });
    EXPECT_EQ(error.rule(), "settings.unknown");
    EXPECT_EQ(error.fix(), "Did you mean model?");
}

TEST(ToolSettings, PathsAreThoseOfTheBaseDirectories) {
    Machine machine;
    SettingsPaths paths = settings_paths(machine.environment(), "/p");
    EXPECT_EQ(paths.project, "/p/.aibuild/config.json");
    EXPECT_EQ(paths.user, machine.directory / "home/.config/aibuild/config.json");
    ASSERT_EQ(paths.system.size(), 2U) << "a relative directory is ignored";
    machine.variables = {{"XDG_CONFIG_HOME", "/c"}};
    paths = settings_paths(machine.environment(), "/p");
    EXPECT_EQ(paths.user, "/c/aibuild/config.json");
    EXPECT_EQ(paths.system, std::vector<std::filesystem::path>{"/etc/xdg/aibuild/config.json"});
    machine.variables = {{"XDG_CONFIG_HOME", "c"}};
    EXPECT_EQ(settings_paths(machine.environment(), "/p").user, "");
}

TEST(ToolSettings, AServerOfThePersonHidesTheSystemsOfItsName) {
    Machine machine;
    machine.put(
        "xdg1/aibuild/config.json",
        R"("servers": {"work": {"base_url": "https://s.example"}, "lab": {"base_url": "https://l.example"}})");
    ASSERT_EQ(machine.load().servers().size(), 2U);
    EXPECT_EQ(machine.load().server("work")->base_url, "https://s.example");
    machine.put(personal, R"("servers": {"work": {"base_url": "https://u.example"}})");
    const ToolSettings settings = machine.load();
    ASSERT_EQ(settings.servers().size(), 2U);
    EXPECT_EQ(settings.server("work")->base_url, "https://u.example");
    EXPECT_EQ(settings.server("lab")->base_url, "https://l.example");
    EXPECT_EQ(settings.server("other"), nullptr);
}

TEST(ToolSettings, NothingSecretIsShown) {
    EXPECT_EQ(shown("base_url", "https://ann:pw@a.example/v1?key=x"), "https://***@a.example/v1");
    EXPECT_EQ(shown("key_command", boost::json::array{"pass", "show", "sk-1"}), "pass (and 2 arguments)");
}

}  // namespace
