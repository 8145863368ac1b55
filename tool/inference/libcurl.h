#pragma once

// libcurl, loaded when the first request is made and not before.
//
// It brings thirty libraries along (TLS twice, Kerberos, LDAP, SSH): 5 ms and 6 MB of every start, also of
// those that may not open a socket at all (law 1). `emit` of 10,000 files takes 19 ms with it and 14 without.

#include <curl/curl.h>

namespace aibuild {

struct LibCurl {
    decltype(&curl_easy_cleanup) easy_cleanup;
    decltype(&curl_easy_getinfo) easy_getinfo;
    decltype(&curl_easy_header) easy_header;
    decltype(&curl_easy_init) easy_init;
    decltype(&curl_easy_setopt) easy_setopt;
    decltype(&curl_easy_strerror) easy_strerror;
    decltype(&curl_free) free;
    decltype(&curl_getdate) getdate;
    decltype(&curl_global_init) global_init;
    decltype(&curl_multi_add_handle) multi_add_handle;
    decltype(&curl_multi_cleanup) multi_cleanup;
    decltype(&curl_multi_info_read) multi_info_read;
    decltype(&curl_multi_init) multi_init;
    decltype(&curl_multi_remove_handle) multi_remove_handle;
    decltype(&curl_multi_setopt) multi_setopt;
    decltype(&curl_multi_socket_action) multi_socket_action;
    decltype(&curl_slist_append) slist_append;
    decltype(&curl_slist_free_all) slist_free_all;
    decltype(&curl_url) url;
    decltype(&curl_url_cleanup) url_cleanup;
    decltype(&curl_url_get) url_get;
    decltype(&curl_url_set) url_set;
};

// Throws Error `libcurl.missing` where it can't be loaded; asked again, tries again.
const LibCurl& libcurl();

}  // namespace aibuild
