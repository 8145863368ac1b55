#pragma once

// What all transfers to a server have in common: what libcurl is told and what it is kept from.

#include "tool/inference/endpoint.h"
#include "tool/inference/libcurl.h"

namespace aibuild {

// Sets up `easy` for `endpoint`; neither it nor `settings` need live on. No redirect is followed, and no
// clock is libcurl's.
void prepare(CURL* easy, const Endpoint& endpoint, const OpenAiSettings& settings);

// headers_of(settings), for libcurl; the caller frees it. Null where there is no memory.
curl_slist* header_list(const OpenAiSettings& settings);

}  // namespace aibuild
