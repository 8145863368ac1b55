#include "tool/prompting/file_order.h"

#include <algorithm>
#include <unordered_map>

namespace aibuild {

namespace {

using Indices = std::vector<std::size_t>;

void add(Indices& to, std::size_t one) {
    if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
}

class Order {
  public:
    explicit Order(const Plan& plan) : plan_(plan), places_(plan.files.size()) {
        for (std::size_t n = 0; n < plan.files.size(); ++n) file_.emplace(plan.files[n].path, n);
        for (std::size_t n = 0; n < plan.targets.size(); ++n) target_.emplace(plan.targets[n].name, n);
    }

    std::vector<FilePlace> made() {
        used_headers_.resize(plan_.targets.size());
        for (const std::size_t n : use_order(plan_)) {
            const Target& target = plan_.targets[n];
            for (const std::string& used : target.uses) {
                const std::size_t other = target_.at(used);
                for (const std::size_t header : used_headers_[other]) add(used_headers_[n], header);
                for (const std::size_t header : planned(plan_.targets[other].headers))
                    add(used_headers_[n], header);
            }
            files_of(target, used_headers_[n]);
        }
        for (std::size_t n = 0; n < places_.size(); ++n) {
            for (const std::string& needed : plan_.files[n].needs) {
                if (!judges(n, needed)) see(n, file_.at(needed));
            }
        }
        for (const Target& test : plan_.targets) {
            if (test.kind == Kind::test) freeze(test);
        }
        return std::move(places_);
    }

  private:
    // What a plan lists and somebody else wrote, or a step makes, is no planned file.
    Indices planned(const std::vector<std::string>& paths) const {
        Indices out;
        for (const std::string& path : paths) {
            if (const auto found = file_.find(path); found != file_.end()) out.push_back(found->second);
        }
        return out;
    }

    void see(std::size_t file, std::size_t shown) {
        // A file that stands in two targets, or a need against the order of uses, may already be behind it.
        if (file == shown || waits(shown, file)) return;
        add(places_[file].shown, shown);
        add(places_[file].after, shown);
    }

    void files_of(const Target& target, const Indices& used) {
        const Indices headers = planned(target.headers);
        for (const std::size_t header : headers) {
            own(header, target);
            for (const std::size_t each : used) see(header, each);
        }
        const Indices data = planned(target.data);
        for (const std::size_t source : planned(target.sources)) {
            own(source, target);
            for (const std::size_t each : used) see(source, each);
            for (const std::size_t each : headers) see(source, each);
            for (const std::size_t each : data) {  // a test's, with its known answers
                if (!judges(source, plan_.files[each].path)) see(source, each);
            }
        }
        for (const std::size_t each : data) own(each, target);
    }

    void own(std::size_t file, const Target& target) {
        if (places_[file].target == nullptr) places_[file].target = &target;
    }

    // Is `file` a test's, and `needed` the code that it is to judge?
    bool judges(std::size_t file, const std::string& needed) const {
        const Target* test = places_[file].target;
        if (test == nullptr || test->kind != Kind::test) return false;
        return std::any_of(test->uses.begin(), test->uses.end(), [&](const std::string& used) {
            const auto& sources = plan_.targets[target_.at(used)].sources;
            return std::find(sources.begin(), sources.end(), needed) != sources.end();
        });
    }

    // What a test uses is asked for after the test. A test that needs that very code is judged by its person.
    void freeze(const Target& test) {
        const Indices tests = planned(test.sources);
        for (const std::string& used : test.uses) {
            for (const std::size_t source : planned(plan_.targets[target_.at(used)].sources)) {
                for (const std::size_t each : tests) {
                    if (each != source && !waits(each, source)) add(places_[source].after, each);
                }
            }
        }
    }

    // Does `file` wait for `other`, over any number of files?
    bool waits(std::size_t file, std::size_t other) const {
        std::vector<bool> seen(places_.size());
        Indices stack{file};
        while (!stack.empty()) {
            const std::size_t n = stack.back();
            stack.pop_back();
            if (n == other) return true;
            if (seen[n]) continue;
            seen[n] = true;
            stack.insert(stack.end(), places_[n].after.begin(), places_[n].after.end());
        }
        return false;
    }

    const Plan& plan_;
    std::vector<FilePlace> places_;
    std::unordered_map<std::string_view, std::size_t> file_, target_;
    std::vector<Indices> used_headers_;  // by target: headers of all that it uses, the farthest first
};

}  // namespace

std::vector<FilePlace> file_order(const Plan& plan) {
    return Order(plan).made();
}

}  // namespace aibuild
