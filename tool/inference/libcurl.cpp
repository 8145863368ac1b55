#include "tool/inference/libcurl.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "ninja-gen/error.h"

namespace aibuild {

namespace {

[[noreturn]] void fail() {
    const char* why = dlerror();
    throw Error(Exit::failure, "libcurl.missing", AIBUILD_LIBCURL,
                fmt::format("It can't be loaded, and talking to a model needs it: {}.",
                            why != nullptr ? why : "no reason was given"),
                "Install libcurl (on Debian: sudo apt-get install libcurl4), or use --provider builtin.");
}

template <class Function>
void find(void* library, const char* name, Function& function) {
    void* const address = dlsym(library, name);
    if (address == nullptr) fail();
    function = reinterpret_cast<Function>(address);
}

LibCurl load() {
    // Never unloaded: its TLS library keeps handlers that run at exit.
    void* const library = dlopen(AIBUILD_LIBCURL, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) fail();
    LibCurl out{};
    find(library, "curl_easy_cleanup", out.easy_cleanup);
    find(library, "curl_easy_getinfo", out.easy_getinfo);
    find(library, "curl_easy_header", out.easy_header);
    find(library, "curl_easy_init", out.easy_init);
    find(library, "curl_easy_setopt", out.easy_setopt);
    find(library, "curl_easy_strerror", out.easy_strerror);
    find(library, "curl_free", out.free);
    find(library, "curl_getdate", out.getdate);
    find(library, "curl_global_init", out.global_init);
    find(library, "curl_multi_add_handle", out.multi_add_handle);
    find(library, "curl_multi_cleanup", out.multi_cleanup);
    find(library, "curl_multi_info_read", out.multi_info_read);
    find(library, "curl_multi_init", out.multi_init);
    find(library, "curl_multi_remove_handle", out.multi_remove_handle);
    find(library, "curl_multi_setopt", out.multi_setopt);
    find(library, "curl_multi_socket_action", out.multi_socket_action);
    find(library, "curl_slist_append", out.slist_append);
    find(library, "curl_slist_free_all", out.slist_free_all);
    find(library, "curl_url", out.url);
    find(library, "curl_url_cleanup", out.url_cleanup);
    find(library, "curl_url_get", out.url_get);
    find(library, "curl_url_set", out.url_set);
    return out;
}

}  // namespace

const LibCurl& libcurl() {
    static const LibCurl loaded = load();
    return loaded;
}

}  // namespace aibuild
