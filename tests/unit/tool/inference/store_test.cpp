#include "tool/inference/store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "ninja-gen/error.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Store : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "store.XXXXXX";
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder = name;
    }
    void TearDown() override { fs::remove_all(folder); }

    ResponseStore store() const { return {{folder / "project", folder / "cache"}, folder / "cache"}; }
    fs::path file(const Request& request) const {
        return folder / "cache" / ResponseStore::relative_path(key_of(request));
    }
    std::string text(const fs::path& path) const {
        std::ostringstream out;
        out << std::ifstream(path).rdbuf();
        return out.str();
    }

    fs::path folder;
};

Request request(const std::string& prompt = "write it") {
    Request out;
    out.stage = "file";
    out.subject = "src/main.cpp";
    out.template_version = "1";
    out.model = "some-model";
    out.messages = {{"system", "You write."}, {"user", prompt}};
    return out;
}

Response response(const std::string& text = "int main() {}\n") {
    Response out;
    out.outcome = Outcome::complete;
    out.text = text;
    out.provider = "openai";
    out.model = "some-model-2026";
    out.usage.input_tokens = 12;
    out.attempts = 2;
    return out;
}

TEST_F(Store, GivesBackWhatWasPut) {
    EXPECT_EQ(store().find(key_of(request())), std::nullopt);
    store().put(request(), response("\xc3\xa9 \"quoted\"\n\t\x01"));
    const auto found = store().find(key_of(request()));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->outcome, Outcome::complete);
    EXPECT_EQ(found->text, response("\xc3\xa9 \"quoted\"\n\t\x01").text);
    EXPECT_EQ(found->provider, "openai");
    EXPECT_EQ(found->model, "some-model-2026");
    EXPECT_EQ(found->usage.input_tokens, 12);
    EXPECT_EQ(found->usage.output_tokens, std::nullopt);
    EXPECT_EQ(found->attempts, 2);
    EXPECT_TRUE(found->from_store);
    EXPECT_FALSE(store().find(key_of(request("other"))));
}

TEST_F(Store, IsPrivateAndLeavesNoTemporaryFile) {
    store().put(request(), response());
    struct stat status {};
    ASSERT_EQ(stat(file(request()).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    ASSERT_EQ(stat((folder / "cache").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    EXPECT_EQ(std::distance(fs::directory_iterator(file(request()).parent_path()), {}), 1);
}

TEST_F(Store, RemovesWhatAKilledWriterLeftAndNoLivingOnes) {
    const fs::path path = file(request());
    fs::create_directories(path.parent_path());
    const std::string dead = path.string() + ".dead00", living = path.string() + ".live00";
    for (const std::string& each : {dead, living, path.string() + ".longer00"}) std::ofstream(each) << "half";
    const int descriptor = ::open(living.c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_EQ(::flock(descriptor, LOCK_EX), 0);
    store().put(request(), response());
    ::close(descriptor);
    EXPECT_FALSE(fs::exists(dead));
    EXPECT_TRUE(fs::exists(living));
    EXPECT_TRUE(fs::exists(path.string() + ".longer00")) << "not a name that we give";
}

TEST_F(Store, ReadsFromFrontToBack) {
    store().put(request(), response("from the cache"));
    ResponseStore project({folder / "project"}, folder / "project");
    project.put(request(), response("from the project"));
    EXPECT_EQ(store().find(key_of(request()))->text, "from the project");
    EXPECT_EQ(store().file_text(key_of(request())),
              text(folder / "project" / ResponseStore::relative_path(key_of(request()))));
}

TEST_F(Store, WritesOnceAndNeverChanges) {
    store().put(request(), response("first"));
    const std::string before = text(file(request()));
    store().put(request(), response("second"));
    EXPECT_EQ(text(file(request())), before);
}

TEST_F(Store, DoesNotTrustWhatItFinds) {
    store().put(request(), response());
    const std::string good = text(file(request()));
    const auto found_with = [&](const std::string& changed) {
        std::ofstream(file(request())) << changed;
        return store().find(key_of(request())).has_value();
    };
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string changed = good;
        EXPECT_NE(changed.find(from), std::string::npos) << from;
        return changed.replace(changed.find(from), from.size(), to);
    };
    EXPECT_TRUE(found_with(good));
    EXPECT_FALSE(found_with(""));
    EXPECT_FALSE(found_with(good.substr(0, good.size() / 2)));
    EXPECT_FALSE(found_with("[]"));
    EXPECT_FALSE(found_with(with("\"format\": 2", "\"format\": 3")));
    EXPECT_FALSE(found_with(with("write it", "write something else")));
    EXPECT_FALSE(found_with(with("\"text\": \"int main() {}\\n\"", "\"text\": 7")));
    EXPECT_FALSE(found_with(with("\"attempts\": 2", "\"attempts\": 1e99")));
    // What is broken is written anew.
    store().put(request(), response("again"));
    EXPECT_EQ(store().find(key_of(request()))->text, "again");
}

TEST_F(Store, AKeyIsNoPath) {
    std::ofstream(folder / "x.json") << "{}";
    EXPECT_FALSE(store().find("../x"));
    EXPECT_FALSE(store().find(""));
    EXPECT_THROW(store().file_text("../x"), Error);
}

TEST_F(Store, TwoProcessesMayWriteTheSame) {
    constexpr int processes = 8;
    for (int i = 0; i < processes; ++i) {
        if (fork() == 0) {
            int failures = 0;
            for (int j = 0; j < 20; ++j) {
                try {
                    store().put(request(std::to_string(j)), response(std::string(50'000, 'x')));
                    if (!store().find(key_of(request(std::to_string(j))))) ++failures;
                } catch (const std::exception&) {
                    ++failures;
                }
            }
            _exit(failures);
        }
    }
    for (int i = 0; i < processes; ++i) {
        int status = 0;
        wait(&status);
        EXPECT_EQ(status, 0);
    }
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        EXPECT_TRUE(entry.is_directory() || entry.path().extension() == ".json") << entry.path();
    }
}

TEST_F(Store, SaysWhereItCannotWrite) {
    std::ofstream(folder / "cache") << "a file";
    try {
        store().put(request(), response());
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.rule(), "store.write");
        EXPECT_THAT(error.place(), HasSubstr((folder / "cache").string()));
    }
}

TEST_F(Store, StoresNothingThatIsNotComplete) {
    Response cut = response();
    cut.outcome = Outcome::incomplete;
    EXPECT_THROW(store().put(request(), cut), std::logic_error);
    EXPECT_FALSE(fs::exists(folder / "cache"));
}

class Scripted : public Provider {
  public:
    Scripted(Response gives, int& calls) : gives_(std::move(gives)), calls_(calls) {}
    std::string name() const override { return "scripted"; }
    bool costs() const override { return true; }
    boost::asio::awaitable<Response> answer(const Request&, CallWatch* /*watch*/) override {
        ++calls_;
        co_return gives_;
    }

  private:
    Response gives_;
    int& calls_;
};

Response ask(Provider& provider, const Request& what) {
    boost::asio::io_context loop;
    auto future = boost::asio::co_spawn(loop, provider.answer(what), boost::asio::use_future);
    loop.run();
    return future.get();
}

TEST_F(Store, StoredAsksOnce) {
    int calls = 0;
    const auto provider =
        stored(std::make_unique<Scripted>(response(), calls), std::make_shared<ResponseStore>(store()));
    EXPECT_EQ(provider->name(), "scripted");
    EXPECT_TRUE(provider->costs());
    EXPECT_FALSE(ask(*provider, request()).from_store);
    EXPECT_TRUE(store().find(key_of(request())));
    EXPECT_TRUE(ask(*provider, request()).from_store);
    EXPECT_EQ(calls, 1);
    ask(*provider, request("other"));
    EXPECT_EQ(calls, 2);
}

TEST_F(Store, StoredKeepsOnlyCompleteAnswers) {
    int calls = 0;
    for (const Outcome outcome : {Outcome::incomplete, Outcome::refused, Outcome::filtered}) {
        Response bad = response();
        bad.outcome = outcome;
        const auto provider =
            stored(std::make_unique<Scripted>(bad, calls), std::make_shared<ResponseStore>(store()));
        EXPECT_EQ(ask(*provider, request()).outcome, outcome);
        EXPECT_FALSE(store().find(key_of(request())));
    }
    EXPECT_EQ(calls, 3);
}

TEST_F(Store, ReplayNamesWhatIsNotThere) {
    const auto provider = replay(std::make_shared<ResponseStore>(store()));
    EXPECT_FALSE(provider->costs());
    try {
        ask(*provider, request());
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.rule(), "provider.replay-miss");
        EXPECT_EQ(error.place(), "src/main.cpp");
        EXPECT_THAT(error.why(), HasSubstr(key_of(request())));
    }
    store().put(request(), response());
    EXPECT_EQ(ask(*provider, request()).text, response().text);
}

TEST(UserCache, FollowsTheBaseDirectorySpecification) {
    setenv("HOME", "/home/somebody", 1);
    setenv("XDG_CACHE_HOME", "/elsewhere", 1);
    EXPECT_EQ(user_response_cache(), "/elsewhere/aibuild/responses");
    setenv("XDG_CACHE_HOME", "relative", 1);
    EXPECT_EQ(user_response_cache(), "/home/somebody/.cache/aibuild/responses");
    unsetenv("XDG_CACHE_HOME");
    EXPECT_EQ(user_response_cache(), "/home/somebody/.cache/aibuild/responses");
    unsetenv("HOME");
    EXPECT_THROW(user_response_cache(), Error);
}

}  // namespace
}  // namespace aibuild
