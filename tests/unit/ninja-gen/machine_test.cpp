#include "ninja-gen/machine.h"

#include <gtest/gtest.h>

#include "tests/unit/tool/workspace/directory.h"

namespace aibuild {
namespace {

using test::Directory;

constexpr auto gigabytes_16 = "MemTotal:       16777216 kB\nMemFree:         1 kB\n";

TEST(BuildMemory, IsThreeQuartersOfTheMachine) {
    const Directory root;
    root.put("proc/meminfo", gigabytes_16);
    EXPECT_EQ(build_memory(root.path().string()), 12288U);
}

TEST(BuildMemory, IsBoundedByEachControlGroupAbove) {
    const Directory root;
    root.put("proc/meminfo", gigabytes_16);
    root.put("proc/self/cgroup", "0::/ci/job/step\n");
    root.put("sys/fs/cgroup/ci/job/step/memory.max", "max\n");
    EXPECT_EQ(build_memory(root.path().string()), 12288U);
    root.put("sys/fs/cgroup/ci/job/memory.max", "4294967296\n");
    EXPECT_EQ(build_memory(root.path().string()), 3072U);
    root.put("sys/fs/cgroup/ci/memory.max", "2147483648\n");
    EXPECT_EQ(build_memory(root.path().string()), 1536U);
    root.put("sys/fs/cgroup/memory.max", "1073741824\n");  // a container's own group is its root
    EXPECT_EQ(build_memory(root.path().string()), 768U);
}

TEST(BuildMemory, KnowsTheFirstVersionOfControlGroups) {
    const Directory root;
    root.put("proc/meminfo", gigabytes_16);
    root.put("proc/self/cgroup", "5:memory:/docker/1\n4:cpu:/\n");
    root.put("sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes", "4294967296\n");
    EXPECT_EQ(build_memory(root.path().string()), 3072U);
    root.put("sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes", "9223372036854771712\n");  // no limit
    EXPECT_EQ(build_memory(root.path().string()), 12288U);
}

TEST(BuildMemory, IsZeroWhereNobodyKnows) {
    const Directory root;
    EXPECT_EQ(build_memory(root.path().string()), 0U);
    EXPECT_GT(build_memory(), 0U);
}

}  // namespace
}  // namespace aibuild
