#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace aibuild {

// Checks `document`, which was parsed from `text`, against a draft-7 schema that AIBuild ships. Throws Error
// with `rule`, whose place is the file, the line and the JSON pointer of the first disagreement, and whose
// fix is a did-you-mean or what the schema allows there.
//
// valijson decides. Only keywords that Debian's valijson 1.0 really enforces may occur in a schema: type,
// enum, required, properties, additionalProperties, items, minItems, minimum
// (tests/unit/ninja-gen/schema_test.cpp proves each; newer ones are ignored without a word, and `pattern` can
// hang). `schema` must live as long as the process.
void check_schema(const boost::json::value& document, std::string_view text, std::string_view file,
                  std::string_view schema, std::string_view rule);

// The subset that servers with strict structured output accept: every property required, optional ones
// nullable, no further properties, and neither `$schema` nor number ranges. Keys keep their order: models
// answer in it.
boost::json::value strict_subset(std::string_view schema);

}  // namespace aibuild
