#pragma once

// The store of responses: the cache, the offline replay, the test double, and the base that merges start
// from.
//
// One file a response, DIR/<first two digits of the key>/<key>.json, written once and never changed:
//     {"format": 1, "key": ..., "request": {...the logical request, whole...}, "response": {...}}
// Only complete answers are stored. A paid answer is stored before it is used (law 6), first in the person's
// own cache, since a project that nobody has consented to yet must not be written; `copy_to` takes what a
// project was made from into its .aibuild/responses/ when it is committed.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tool/inference/provider.h"
#include "tool/inference/request.h"

namespace aibuild {

class ResponseStore {
  public:
    // Looks in `read` from front to back; writes to `write`, made when first needed. Paths need not exist.
    ResponseStore(std::vector<std::filesystem::path> read, std::filesystem::path write);

    // The response stored under `key`; nothing where there is none. A file that is broken, of a newer format
    // or whose key does not match its request counts as none: a cache is never trusted.
    std::optional<Response> find(const std::string& key) const;

    // What was asked under `key`, under the same conditions.
    std::optional<Request> request(const std::string& key) const;

    // Stores a complete response, atomically (temporary file, fsync, rename). Throws Error where it can't.
    void put(const Request& request, const Response& response);

    // Removes what was written under `key`: an answer that did not pass is not to be answered again. Nothing
    // there is fine.
    void forget(const std::string& key);

    // The bytes of the file under `key`, for copying it into a project. Throws Error where there is none.
    std::string file_text(const std::string& key) const;

    // `ab/abcdef….json`
    static std::string relative_path(const std::string& key);

  private:
    std::vector<std::filesystem::path> read_;
    std::filesystem::path write_;
};

// $XDG_CACHE_HOME/aibuild/responses, or ~/.cache/aibuild/responses.
std::filesystem::path user_response_cache();

// A provider that asks `store` first, and stores what `inner` answers before handing it on.
std::unique_ptr<Provider> stored(std::unique_ptr<Provider> inner, std::shared_ptr<ResponseStore> store);

// A provider that answers from `store` alone: `provider.replay-miss` names the request that is not there.
std::unique_ptr<Provider> replay(std::shared_ptr<ResponseStore> store);

// The same, where it is by the person's order that nobody is asked: `provider.frozen`, with Exit::policy.
std::unique_ptr<Provider> frozen(std::shared_ptr<ResponseStore> store);

}  // namespace aibuild
