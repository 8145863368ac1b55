#include "tool/inference/model_list.h"

#include <gmock/gmock.h>

#include "ninja-gen/error.h"

namespace aibuild {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ModelsIn, AreSorted) {
    EXPECT_THAT(models_in(R"({"object":"list","data":[{"id":"b","owned_by":"x"},{"id":"a"}]})"),
                ElementsAre("a", "b"));
    EXPECT_THAT(models_in(R"({"data":[]})"), IsEmpty());
}

TEST(ModelsIn, RefusesWhatIsNoList) {
    for (const char* body : {"", "<html>", "[]", "{}", R"({"data":{}})", R"({"data":["a"]})",
                             R"({"data":[{"name":"a"}]})", R"({"data":[{"id":7}]})"}) {
        try {
            models_in(body);
            ADD_FAILURE() << body;
        } catch (const Error& error) {
            EXPECT_EQ(error.rule(), "provider.protocol") << body;
        }
    }
}

}  // namespace
}  // namespace aibuild
