#include "tool/inference/transfer.h"

namespace aibuild {

void prepare(CURL* easy, const Endpoint& endpoint, const OpenAiSettings& settings) {
    libcurl().easy_setopt(easy, CURLOPT_URL, endpoint.url.c_str());
    libcurl().easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    libcurl().easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    libcurl().easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // Parallel calls share one HTTP/2 connection. On plain HTTP they would wait for the first one's answer.
    libcurl().easy_setopt(easy, CURLOPT_PIPEWAIT, endpoint.https ? 1L : 0L);
    if (!settings.ca_file.empty()) libcurl().easy_setopt(easy, CURLOPT_CAINFO, settings.ca_file.c_str());
    // What is for this machine does not go through a proxy.
    if (endpoint.loopback) libcurl().easy_setopt(easy, CURLOPT_PROXY, "");
    libcurl().easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    // Otherwise removing a handle waits for its name lookup to end.
    libcurl().easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    libcurl().easy_setopt(easy, CURLOPT_USERAGENT, "aibuild");
    libcurl().easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 86'400'000L);  // never: the clock is ours
}

curl_slist* header_list(const OpenAiSettings& settings) {
    // libcurl would wait a second for "100 Continue" before a large body.
    curl_slist* list = libcurl().slist_append(nullptr, "Expect:");
    for (const std::string& header : headers_of(settings))
        list = libcurl().slist_append(list, header.c_str());
    return list;
}

}  // namespace aibuild
