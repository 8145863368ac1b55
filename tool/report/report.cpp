#include "tool/report/report.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "tool/engine/build_place.h"
#include "tool/engine/derived_file.h"
#include "tool/report/html.h"
#include "tool/report/known.h"
#include "tool/report/provenance.h"
#include "tool/report/report_data.h"
#include "tool/report/writers.h"

namespace aibuild {

namespace {

namespace fs = std::filesystem;

// Empty `formats`: all of them.
ReportFiles files_in(const fs::path& directory, const std::vector<std::string>& formats) {
    const auto file = [&](std::string_view format, std::string_view name) {
        const bool wanted =
            formats.empty() || std::find(formats.begin(), formats.end(), format) != formats.end();
        return wanted ? directory / name : fs::path();
    };
    return {file("html", "report.html"), file("json", "report.json"), file("markdown", "report.md"),
            file("trace", "trace.json")};
}

// Each text into its file or, for "-", to standard output.
class Output {
  public:
    void add(const fs::path& path, const std::string& text) {
        if (path == "-") {
            result_.print += text;
            return;
        }
        std::error_code ignored;  // what is wrong is said when the file is written
        if (path.has_parent_path()) fs::create_directories(path.parent_path(), ignored);
        files_.add(path, text);
        result_.files.push_back(path);
    }

    ReportResult commit() {
        result_.wrote = files_.commit();
        return std::move(result_);
    }

  private:
    ReportResult result_;
    DerivedFiles files_;
};

}  // namespace

ReportResult report(const ReportOptions& options) {
    const ReportData data = report_data(read_known(options.root, options.build));
    ReportFiles files = options.files;
    if (files.none()) {
        files = files_in(options.directory.empty() ? build_place(options.root, options.build).build / "report"
                                                   : options.directory,
                         options.formats);
    }
    const std::pair<fs::path, std::function<std::string(const ReportData&)>> formats[] = {
        {files.html, write_html},
        {files.json, write_json},
        {files.markdown, write_markdown},
        {files.trace, write_trace}};
    Output output;
    for (const auto& [path, write] : formats) {
        if (!path.empty()) output.add(path, write(data));
    }
    ReportResult result = output.commit();
    result.verdict = data.verdict_text;
    return result;
}

ReportResult report_provenance(const ProvenanceOptions& options) {
    const BuildPlace place = build_place(options.root, options.build);
    const Provenance of =
        provenance(read_known(options.root, options.build), options.file, place.root, place.build);
    Output output;
    if (!options.json.empty()) output.add(options.json, provenance_json(of));
    if (!options.in_toto.empty()) output.add(options.in_toto, in_toto(of));
    if (options.json.empty() && options.in_toto.empty()) output.add("-", provenance_words(of));
    return output.commit();
}

}  // namespace aibuild
