#include "tool/workspace/consent.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "ninja-gen/hash.h"
#include "tests/support/thrown.h"
#include "tests/support/variable.h"
#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;
using test::Directory;
using test::rule_of;
using test::slurp;
using test::thrown;
using test::Variable;

const ConsentItem lua{"the language lua", "luac -o x\nrm -rf /\n"};
const ConsentItem other{"a step", "generate it"};

std::optional<bool> yes(const std::string&) {
    return true;
}
std::optional<bool> nobody(const std::string&) {
    return std::nullopt;
}
std::optional<bool> must_not_ask(const std::string& text) {
    ADD_FAILURE() << "asked about:\n" << text;
    return std::nullopt;
}

class Consent : public testing::Test {
  protected:
    Directory home, project;
    Variable state{"XDG_STATE_HOME", (home / "state").string()};
    Consents consents{project.path()};
    fs::path file = home / "state/aibuild/consent" / sha256(lua.text);

    static unsigned mode(const fs::path& path) {
        return static_cast<unsigned>(fs::status(path).permissions());
    }
};

TEST_F(Consent, IsKnownByItsKey) {
    const std::vector<std::string> keys{consent_key(lua), consent_key(other)};
    EXPECT_TRUE(consents.agreed({}));
    EXPECT_FALSE(consents.agreed(keys));
    consents.need({lua}, yes, "");
    EXPECT_TRUE(consents.agreed({consent_key(lua)}));
    EXPECT_FALSE(consents.agreed(keys)) << "one of them is missing";
    consents.need({other}, yes, "");
    EXPECT_TRUE(consents.agreed(keys));
    std::ofstream(file, std::ios::app) << "more";
    EXPECT_FALSE(consents.agreed(keys)) << "it is not the text of its key";
}

TEST_F(Consent, IsAskedOnceAndRemembered) {
    std::string shown;
    consents.need(
        {lua, other},
        [&](const std::string& text) {
            shown += text;
            return true;
        },
        "");
    EXPECT_EQ(shown, "the language lua\n  | luac -o x\n  | rm -rf /\n\na step\n  | generate it\n");
    consents.need({lua, other}, must_not_ask, "");
    Consents("/somewhere/else").need({other, lua}, must_not_ask, "");
    EXPECT_TRUE(consents.missing({lua}).empty());
}

TEST_F(Consent, IsAPrivateFileThatHoldsWhatWasAgreedTo) {
    consents.need({lua}, yes, "");
    EXPECT_EQ(slurp(file), lua.text);
    EXPECT_EQ(mode(file), 0600U);
    EXPECT_EQ(mode(file.parent_path()), 0700U);
    EXPECT_EQ(mode(file.parent_path().parent_path()), 0700U);
    EXPECT_TRUE(project.tree().empty());
}

TEST_F(Consent, HoldsForTheseBytesOnly) {
    consents.need({lua}, yes, "");
    ConsentItem changed = lua;
    changed.text += " ";
    EXPECT_EQ(consents.missing({lua, changed, other}).size(), 2U);
    EXPECT_EQ(rule_of([&] { consents.need({changed}, nobody, "c"); }), "consent.missing");
    std::ofstream(file) << changed.text;  // a file that says something else than its name
    EXPECT_EQ(consents.missing({lua}).size(), 1U);
}

TEST_F(Consent, CanBeWithdrawn) {
    consents.need({lua}, yes, "");
    fs::remove(file);
    EXPECT_EQ(consents.missing({lua}).size(), 1U);
}

TEST_F(Consent, NobodyThereIsANoThatShowsWhatWouldRun) {
    const ConsentItem sly{"a \x1b[2Jstep", "echo good\rrm -rf \xe2\x80\xae/"};
    const Error error = thrown([&] { consents.need({sly}, nobody, "aibuild-gen emit -C words --yes"); });
    EXPECT_EQ(error.rule(), "consent.missing");
    EXPECT_EQ(error.exit(), Exit::declined);
    EXPECT_EQ(error.place(), project.path());
    EXPECT_NE(error.why().find("\n\na \\x1b[2Jstep\n  | echo good\\x0drm -rf \\u202e/\n"), std::string::npos)
        << error.why();
    EXPECT_NE(error.fix().find("aibuild-gen emit -C words --yes"), std::string::npos);
    EXPECT_TRUE(home.tree().empty());
}

TEST_F(Consent, NoIsNo) {
    const Error error = thrown([&] {
        consents.need(
            {lua}, [](const std::string&) { return false; }, "c");
    });
    EXPECT_EQ(error.rule(), "consent.declined");
    EXPECT_EQ(error.exit(), Exit::declined);
    EXPECT_TRUE(home.tree().empty());
    EXPECT_EQ(consents.missing({lua}).size(), 1U);
}

TEST_F(Consent, InATreeCountsForNothing) {
    consents.need({lua}, yes, "");
    // Brought along by the project, right in every byte.
    fs::create_directories(project / ".local");
    fs::copy(home / "state", project / ".local/state", fs::copy_options::recursive);
    for (const fs::path& inside : {project / ".local/state", project.path() / "." / ".local" / "state"}) {
        const Variable there("XDG_STATE_HOME", inside.string());
        EXPECT_EQ(rule_of([&] { (void)consents.missing({lua}); }), "consent.place");
        EXPECT_EQ(rule_of([&] { consents.need({lua}, must_not_ask, ""); }), "consent.place");
    }
    // Also where a link hides that it is inside, and where HOME leads there.
    fs::create_directory_symlink(project / ".local/state", home / "link");
    {
        const Variable there("XDG_STATE_HOME", (home / "link").string());
        EXPECT_EQ(rule_of([&] { (void)consents.missing({lua}); }), "consent.place");
    }
    const Variable no_state("XDG_STATE_HOME");
    const Variable inner("HOME", project.path().string());
    EXPECT_EQ(rule_of([&] { (void)consents.missing({lua}); }), "consent.place");
    EXPECT_TRUE(Consents(project / "deeper").missing({}).empty()) << "nothing to agree to needs no place";
}

TEST_F(Consent, IsRefusedWhereOthersCouldHaveGivenIt) {
    consents.need({lua}, yes, "");
    const fs::path place = file.parent_path();
    for (const fs::path& path : {file, place, place.parent_path()}) {
        const fs::perms before = fs::status(path).permissions();
        for (const fs::perms more : {fs::perms::group_write, fs::perms::others_write}) {
            fs::permissions(path, before | more);
            const Error error = thrown([&] { (void)consents.missing({lua}); });
            EXPECT_EQ(error.rule(), "consent.unsafe") << path;
            EXPECT_EQ(error.place(), path);
            EXPECT_EQ(error.exit(), Exit::policy);
            EXPECT_NE(error.fix().find("chmod"), std::string::npos);
        }
        fs::permissions(path, before);
    }
    EXPECT_TRUE(consents.missing({lua}).empty());
    if (::geteuid() == 0) {  // who else could make somebody's file
        ASSERT_EQ(::chown(file.c_str(), 12345, 12345), 0);
        EXPECT_EQ(rule_of([&] { (void)consents.missing({lua}); }), "consent.unsafe");
    }
    fs::remove(file);
    fs::create_symlink(project / "x", file);
    EXPECT_EQ(rule_of([&] { (void)consents.missing({lua}); }), "consent.unsafe");
}

TEST_F(Consent, NeedsAHome) {
    const Variable no_state("XDG_STATE_HOME", "relative/is/ignored");
    const Variable no_home("HOME");
    EXPECT_EQ(rule_of([&] { (void)consents.missing({lua}); }), "consent.home");
    const Variable home_variable("HOME", home.path().string());
    consents.need({lua}, yes, "");
    EXPECT_TRUE(fs::exists(home / ".local/state/aibuild/consent" / sha256(lua.text)));
}

}  // namespace
}  // namespace aibuild
