#include "greet.h"

#include <curl/curl.h>

// Whoever links this links libcurl.
const char* greet(void) { return curl_version() != 0 ? "hello" : ""; }
