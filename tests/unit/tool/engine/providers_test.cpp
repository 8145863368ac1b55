#include "tool/engine/providers.h"

#include <gmock/gmock.h>

#include "tests/support/thrown.h"
#include "tests/support/variable.h"
#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using namespace std::chrono_literals;
using test::thrown;
using testing::ElementsAre;
using testing::HasSubstr;

// A machine whose person, project and variables are given; nothing here opens a socket.
class Providers : public testing::Test {
  protected:
    ToolSettings settings() const {
        const Environment environment = [this](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found != variables.end() ? std::optional(found->second) : std::nullopt;
        };
        return ToolSettings::load(flags, environment, directory / "project");
    }

    ChosenProvider chosen() {
        const ToolSettings with = settings();
        return choose_provider({with, keys, directory / "project", {}, "", [this](const std::string& line) {
                                    said.push_back(line);
                                }});
    }

    OpenAiSettings server(const std::string& name, bool first = true) const {
        return server_settings(settings(), keys, directory / "project", name, first);
    }

    void person(const std::string& text) const { directory.put("config/aibuild/config.json", text); }

    const test::Directory directory;
    const test::Variable cache{"XDG_CACHE_HOME", (directory / "cache").string()};
    GivenFlags flags;
    std::map<std::string, std::string> variables = {{"XDG_CONFIG_HOME", (directory / "config").string()}};
    TakenKeys keys;
    std::vector<std::string> said;
};

TEST_F(Providers, WithoutAKeyOrAUrlItIsTheBuiltInOne) {
    const ChosenProvider found = chosen();
    EXPECT_EQ(found.name, "builtin");
    EXPECT_EQ(found.model, "builtin");
    EXPECT_THAT(found.why, HasSubstr("neither OPENAI_API_KEY nor OPENAI_BASE_URL"));
    EXPECT_FALSE(found.provider->costs());
}

TEST_F(Providers, AKeyOrAUrlIsEnoughAndAModelIsNeeded) {
    keys["OPENAI_API_KEY"] = "sk-0123456789";
    EXPECT_EQ(thrown([&] { chosen(); }).rule(), "model.missing");
    flags["model"] = "big,small";
    const ChosenProvider found = chosen();
    EXPECT_EQ(found.name, "openai");
    EXPECT_EQ(found.model, "big,small");
    EXPECT_TRUE(found.provider->costs());
    keys.clear();
    variables["OPENAI_BASE_URL"] = "http://127.0.0.1:9/v1";
    EXPECT_EQ(chosen().name, "openai");
}

TEST_F(Providers, AChainIsInTheOrderOfItsNames) {
    flags = {{"provider", "ollama,builtin"}, {"model", "m"}};
    const ChosenProvider found = chosen();
    EXPECT_EQ(found.name, "ollama");
    EXPECT_EQ(found.model, "m,builtin");
    EXPECT_EQ(found.why, "as --provider says");
    flags["provider"] = "olama";
    EXPECT_THAT(thrown([&] { chosen(); }).fix(), HasSubstr("ollama"));
}

TEST_F(Providers, OfflineLeavesOutWhoNeedsASocket) {
    flags = {{"provider", "ollama,builtin"}, {"model", "m"}, {"offline", "true"}};
    EXPECT_EQ(chosen().model, "builtin");
    EXPECT_THAT(said, ElementsAre("ollama is left out: --offline"));
    flags["provider"] = "ollama";
    EXPECT_EQ(thrown([&] { chosen(); }).rule(), "provider.offline");
    flags["provider"] = "ollama,openai";
    const Error error = thrown([&] { chosen(); });
    EXPECT_EQ(error.rule(), "provider.offline");
    EXPECT_EQ(error.exit(), Exit::policy);
}

TEST_F(Providers, AServersOwnModelsAreMeantForItUnlessAFlagSaysOtherwise) {
    person(
        R"({"format":1,"model":"general","servers":{"work":{"base_url":"https://w.example/v1","model":["a","b"]}}})");
    EXPECT_THAT(models_for(settings(), "work"), ElementsAre("a", "b"));
    EXPECT_THAT(models_for(settings(), "openai"), ElementsAre("general"));
    flags["model"] = "flagged";
    EXPECT_THAT(models_for(settings(), "work"), ElementsAre("flagged"));
}

TEST_F(Providers, AKeyIsGivenToWhomItIsMeantFor) {
    person(R"({"format":1,"servers":{"plain":{"base_url":"https://a.example/v1"},
              "like":{"preset":"openai","base_url":"https://b.example/v1"},
              "own":{"base_url":"https://c.example/v1","key_environment":"WORK_KEY"}}})");
    keys = {{"OPENAI_API_KEY", "sk-of-openai"}, {"WORK_KEY", "sk-of-work"}};
    EXPECT_EQ(server("openai").key, "sk-of-openai");
    EXPECT_EQ(server("like").key, "sk-of-openai");
    EXPECT_EQ(server("own").key, "sk-of-work");
    EXPECT_EQ(server("plain").key, "");
    EXPECT_EQ(server("ollama").key, "");
    keys["AIBUILD_API_KEY"] = "sk-of-the-first";
    EXPECT_EQ(server("own").key, "sk-of-the-first");
    EXPECT_EQ(server("own", false).key, "sk-of-work");
}

TEST_F(Providers, MessagesNameWhereUrlAndKeyAreSaid) {
    person(R"({"format":1,"servers":{"plain":{"base_url":"https://a.example/v1"},
              "own":{"base_url":"https://c.example/v1","key_environment":"WORK_KEY"}}})");
    EXPECT_EQ(server("plain").name, "plain");
    EXPECT_THAT(server("plain").url_place, testing::EndsWith("(/servers/plain)"));
    EXPECT_THAT(server("plain").key_place, testing::StartsWith("\"key_file\" of "));
    EXPECT_EQ(server("own").key_place, "WORK_KEY");
    flags["base_url"] = "http://127.0.0.1:9/v1";
    EXPECT_EQ(server("openai").url_place, "--base-url");
    EXPECT_EQ(server("openai").name, "");
}

TEST_F(Providers, WhoGivesAnAnswerTimeGivesItsBeginningTheSame) {
    const OpenAiSettings usual = server("ollama");
    EXPECT_EQ(usual.total_timeout, 600s);
    EXPECT_EQ(usual.first_byte_timeout, 120s);
    flags["timeout"] = "900";
    EXPECT_EQ(server("ollama").first_byte_timeout, 900s);
    EXPECT_EQ(server("ollama").idle_timeout, 60s);
    flags["first_byte_timeout"] = "7";
    EXPECT_EQ(server("ollama").first_byte_timeout, 7s);
    flags["timeout"] = "2";
    EXPECT_EQ(server("ollama").connect_timeout, 2s) << "no part takes longer than all of it";
}

TEST_F(Providers, PlainHttpIsThePersonsToAllow) {
    EXPECT_FALSE(server("ollama").allow_http);
    directory.put("project/.aibuild/config.json", R"({"format":1,"allow_http":true})");
    EXPECT_EQ(thrown([&] { server("ollama"); }).rule(), "settings.project");
    directory.put("project/.aibuild/config.json", R"({"format":1})");
    flags["allow_http"] = "true";
    EXPECT_TRUE(server("ollama").allow_http);
}

}  // namespace
}  // namespace aibuild
