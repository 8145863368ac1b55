#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <memory>

#include "ninja-gen/error.h"
#include "tool/cli/verbs.h"
#include "tool/report/report.h"

namespace aibuild {

namespace {

void print(const ReportResult& result) {
    fmt::print("{}", result.print);
    if (!result.print.empty()) return;
    for (const std::filesystem::path& path : result.files) fmt::print("{}\n", visible(path.string()));
}

}  // namespace

void add_report(CLI::App& app, Run& run) {
    auto options = std::make_shared<ReportOptions>();
    auto file = std::make_shared<ProvenanceOptions>();
    CLI::App* verb = app.add_subcommand(
        "report",
        "what the project is made from and how its last build went, as HTML, JSON, Markdown and a trace");
    verb->add_option("-C", options->root, "the project's directory")->type_name("DIR");
    verb->add_option("-B,--build", options->build,
                     "the build directory, also one of CMake or of anybody's ninja; build/ in the project "
                     "unless said")
        ->type_name("DIR");
    CLI::Option* directory = verb->add_option("-o", options->directory,
                                              "where they go; report/ in the build directory unless said")
                                 ->type_name("DIR");
    CLI::Option* formats =
        verb->add_option("--format", options->formats, "not all four: html, json, markdown, trace")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->check(CLI::IsMember({"html", "json", "markdown", "trace"}))
            ->type_name("FORMAT,...");
    CLI::Option* html =
        verb->add_option("--html", options->files.html, "only what is named: the page; - is standard output")
            ->type_name("FILE");
    verb->add_option("--json", options->files.json, "the same for programs")->type_name("FILE");
    CLI::Option* markdown =
        verb->add_option("--markdown", options->files.markdown, "a summary for CI")->type_name("FILE");
    CLI::Option* trace =
        verb->add_option("--trace", options->files.trace, "trace events, for Perfetto")->type_name("FILE");
    CLI::Option* provenance = verb->add_option("--provenance", file->file,
                                               "where a file comes from, in words: an artefact (bin/NAME), a "
                                               "target or a source; or with --json")
                                  ->type_name("FILE");
    for (CLI::Option* other : {directory, formats, html, markdown, trace}) provenance->excludes(other);
    verb->add_option("--in-toto", file->in_toto, "the provenance of an artefact as an in-toto statement")
        ->type_name("FILE")
        ->needs(provenance);
    verb->callback([options, file, &run] {
        run = [options, file] {
            if (!file->file.empty()) {
                file->root = options->root;
                file->build = options->build;
                file->json = options->files.json;
                print(report_provenance(*file));
                return 0;
            }
            const ReportResult result = report(*options);
            print(result);
            fmt::print(stderr, "{}{}\n", visible(result.verdict),
                       result.wrote || result.files.empty() ? "" : " (nothing new to write)");
            return 0;
        };
    });
}

}  // namespace aibuild
