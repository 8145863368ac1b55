#include <algorithm>

#include "tool/report/amounts.h"
#include "tool/report/figures.h"
#include "tool/report/layers.h"

namespace aibuild {

namespace {

Literal class_of_node(const ReportTarget& target) {
    if (target.failed > 0) return "node bad";
    if (target.stale > 0) return "node stale";
    if (target.kind == "test") return "node t";
    return "node";
}

std::string said(const ReportTarget& target) {
    std::string out = target.name + ": " + target.kind + " in " + target.language;
    if (target.ran > 0) out += ", " + counted(target.ran, "step") + " in " + duration_text(target.ran_ms);
    if (target.failed > 0) out += ", " + counted(target.failed, "step") + " failed";
    if (target.stale > 0) out += ", " + counted(target.stale, "step") + " to be made";
    return out;
}

}  // namespace

void draw_targets(Markup& out, const std::vector<ReportTarget>& targets) {
    constexpr double row = 46, bend = 16, high = 36, gap = 54;
    std::size_t longest = 10;
    std::vector<std::pair<std::size_t, std::size_t>> edges;
    std::int64_t most = 1;
    for (std::size_t n = 0; n < targets.size(); ++n) {
        longest = std::max(
            {longest, targets[n].name.size(), targets[n].kind.size() + targets[n].language.size() + 2});
        for (const std::size_t used : targets[n].uses) edges.emplace_back(used, n);
        most = std::max(most, targets[n].ran_ms);
    }
    const double wide = std::min(static_cast<double>(longest), 28.0) * 6.2 + 22;
    const Layers drawn = layers(targets.size(), edges, row, bend);
    const auto x = [&](std::size_t layer) { return 8 + static_cast<double>(layer) * (wide + gap); };
    const auto middle = [&](double y) { return y + high / 2 + 6; };
    const double all = 16 + static_cast<double>(drawn.count) * (wide + gap) - gap,
                 height = drawn.height + high + 12;
    // What would be shrunk more than this allows can't be read: it is scrolled.
    constexpr double most_wide = 1600;
    out.tag(all > most_wide ? Literal("<svg class=\"graph broad\"") : Literal("<svg class=\"graph\""));
    out.tag(" viewBox=\"0 0 ").number(all).tag(" ").number(height).tag("\" width=\"").number(all);
    out.tag("\" height=\"")
        .number(height)
        .tag("\" role=\"img\" aria-labelledby=\"graph-title\"><title id=\"graph-title\">");
    out.tag("What uses what, of ")
        .text(counted(targets.size(), "target"))
        .tag("; the table below has the same</title>\n");
    out.tag(
        "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" "
        "markerHeight=\"7\" "
        "orient=\"auto\"><path class=\"arrow\" d=\"M0 1L8 4L0 7Z\"/></marker></defs>\n");
    for (const Bent& edge : drawn.edges) {
        double from_x = x(drawn.nodes[edge.from].layer) + wide, from_y = middle(drawn.nodes[edge.from].y);
        out.tag("<path class=\"edge\" marker-end=\"url(#arrow)\" d=\"M")
            .number(from_x)
            .tag(" ")
            .number(from_y);
        const auto curve = [&](double to_x, double to_y) {
            const double half = (to_x - from_x) / 2;
            out.tag("C").number(from_x + half).tag(" ").number(from_y).tag(" ").number(to_x - half).tag(" ");
            out.number(to_y).tag(" ").number(to_x).tag(" ").number(to_y);
            from_x = to_x;
            from_y = to_y;
        };
        for (const Place& bent : edge.bends) {
            curve(x(bent.layer), middle(bent.y));
            from_x += wide;
            out.tag("H").number(from_x);
        }
        curve(x(drawn.nodes[edge.to].layer) - 1, middle(drawn.nodes[edge.to].y));
        out.tag("\"><title>")
            .text(targets[edge.to].name)
            .tag(" uses ")
            .text(targets[edge.from].name)
            .tag("</title></path>\n");
    }
    for (std::size_t n = 0; n < targets.size(); ++n) {
        const ReportTarget& target = targets[n];
        const double left = x(drawn.nodes[n].layer), up = drawn.nodes[n].y + 6;
        out.tag("<g><title>").text(said(target)).tag("</title><rect class=\"").tag(class_of_node(target));
        out.tag("\" x=\"")
            .number(left)
            .tag("\" y=\"")
            .number(up)
            .tag("\" width=\"")
            .number(wide)
            .tag("\" height=\"36\" rx=\"");
        out.number(target.kind == "executable" || target.kind == "test" ? 10 : 2)
            .tag("\"/><text class=\"name\" x=\"");
        out.number(left + 10)
            .tag("\" y=\"")
            .number(up + 15)
            .tag("\">")
            .text(fitted(target.name, wide - 16))
            .tag("</text>");
        out.tag("<text class=\"soft\" x=\"").number(left + 10).tag("\" y=\"").number(up + 28).tag("\">");
        out.text(fitted(target.kind + ", " + target.language, wide - 16)).tag("</text>");
        if (target.ran_ms > 0) {
            out.tag("<rect class=\"compile\" x=\"")
                .number(left + 10)
                .tag("\" y=\"")
                .number(up + 32)
                .tag("\" height=\"2\" width=\"");
            out.number(std::max(1.0,
                                (wide - 20) * static_cast<double>(target.ran_ms) / static_cast<double>(most)))
                .tag("\"/>");
        }
        out.tag("</g>\n");
    }
    out.tag("</svg>\n");
}

}  // namespace aibuild
