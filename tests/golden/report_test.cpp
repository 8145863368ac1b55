// Every format of a report, of a small project: what people and programs get to see, byte for byte.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/report_sample.h"
#include "tests/unit/tool/workspace/directory.h"
#include "tool/report/html.h"
#include "tool/report/provenance.h"
#include "tool/report/writers.h"

namespace aibuild {
namespace {

namespace fs = std::filesystem;

void compare(const std::string& name, const std::string& text) {
    const fs::path golden = fs::path(TEST_DATA_DIR) / "report" / name;
    const char* update = std::getenv("AIBUILD_UPDATE_GOLDEN");
    if (update != nullptr && *update != '\0') {
        fs::create_directories(golden.parent_path());
        std::ofstream(golden, std::ios::binary) << text;
        return;
    }
    ASSERT_TRUE(fs::exists(golden)) << golden << " is missing";
    EXPECT_EQ(test::slurp(golden), text) << golden;
}

TEST(GoldenReport, OfARunThatSucceeded) {
    const ReportData report = report_data(test::report_sample());
    compare("succeeded.html", write_html(report));
    compare("succeeded.json", write_json(report));
    compare("succeeded.md", write_markdown(report));
    compare("succeeded.trace.json", write_trace(report));
}

TEST(GoldenReport, OfARunThatFailed) {
    const ReportData report = report_data(test::failed_sample());
    compare("failed.html", write_html(report));
    compare("failed.md", write_markdown(report));
}

TEST(GoldenReport, OfAnArtefact) {
    const test::Directory directory;
    directory.put("build/bin/demo", "bytes");
    const Provenance demo =
        provenance(test::report_sample(), "bin/demo", directory.path(), directory / "build");
    compare("demo.txt", provenance_words(demo));
    compare("demo.json", provenance_json(demo));
    compare("demo.intoto.json", in_toto(demo));
}

}  // namespace
}  // namespace aibuild
