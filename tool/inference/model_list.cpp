#include "tool/inference/model_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <memory>
#include <new>

#include "ninja-gen/error.h"
#include "tool/inference/curl_loop.h"
#include "tool/inference/failure.h"
#include "tool/inference/transfer.h"

namespace aibuild {

namespace asio = boost::asio;
namespace bj = boost::json;

namespace {

// OpenRouter's list is half a megabyte.
constexpr std::size_t max_list = 8U << 20U;

std::size_t on_bytes(char* bytes, std::size_t, std::size_t size, void* into) noexcept {
    auto& body = *static_cast<std::string*>(into);
    try {
        if (body.size() + size > max_list) return CURL_WRITEFUNC_ERROR;
        body.append(bytes, size);
    } catch (const std::bad_alloc&) {
        return CURL_WRITEFUNC_ERROR;
    }
    return size;
}

asio::awaitable<std::vector<std::string>> ask(asio::any_io_executor executor, const OpenAiSettings& settings,
                                              const Endpoint& endpoint) {
    const std::unique_ptr<curl_slist, decltype(LibCurl::slist_free_all)> headers(header_list(settings),
                                                                                 libcurl().slist_free_all);
    const std::unique_ptr<CURL, decltype(LibCurl::easy_cleanup)> easy(libcurl().easy_init(),
                                                                      libcurl().easy_cleanup);
    if (!easy || !headers) throw std::bad_alloc();
    std::string body;
    char detail[CURL_ERROR_SIZE] = {};
    prepare(easy.get(), endpoint, settings);
    libcurl().easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
    libcurl().easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &on_bytes);
    libcurl().easy_setopt(easy.get(), CURLOPT_WRITEDATA, &body);
    libcurl().easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, detail);
    CurlLoop loop(executor);
    const auto time = settings.connect_timeout + settings.idle_timeout;
    const auto end = std::chrono::steady_clock::now() + time;
    const CURLcode code = co_await loop.perform(easy.get(), [end] { return end; });
    const Asked asked = asked_of(settings, endpoint.url, "");
    if (code == CURLE_OPERATION_TIMEDOUT) {
        throw Error(
            Exit::provider, "provider.total-timeout", endpoint.url,
            fmt::format("The list of models was not there within {} seconds.",
                        static_cast<double>(time.count()) / 1000.0),
            "Check that the server runs and how busy it is; --connect-timeout and --idle-timeout give it "
            "more time.");
    }
    if (code != CURLE_OK) throw Error(transfer_failure(code, detail, asked).error);
    long status = 0;
    libcurl().easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status / 100 != 2) {
        FailedAnswer failed;
        failed.status = status;
        failed.error = server_error(body);
        if (status == 400 || status == 404 || status == 405) {
            throw Error(
                Exit::provider, "provider.no-list", endpoint.url,
                fmt::format("The server lists no models here. It answered with status {}: {}", status,
                            failed.error.message),
                "Check the base URL, which mostly ends in /v1. A model can be used without being listed: "
                "-m MODEL.");
        }
        throw Error(http_failure(failed, asked).error);
    }
    co_return models_in(body);
}

}  // namespace

asio::awaitable<std::vector<std::string>> list_models(asio::any_io_executor executor,
                                                      const OpenAiSettings& settings) {
    const Endpoint endpoint = models_endpoint_of(settings);
    try {
        co_return co_await ask(std::move(executor), settings, endpoint);
    } catch (const Error& error) {
        const std::string& place = error.place().empty() ? endpoint.url : error.place();
        throw without_key(Error(error.exit(), error.rule(), place, error.why(), error.fix()), settings.key);
    }
}

std::vector<std::string> models_in(std::string_view body) {
    const auto refuse = [&] {
        return Error(
            Exit::provider, "provider.protocol", "",
            "The server's list of models is not one. It sent: " + one_line(body),
            "Check that the base URL leads to an OpenAI-compatible server; a model can be used without "
            "being listed.");
    };
    boost::system::error_code failed;
    const bj::value value = bj::parse({body.data(), body.size()}, failed);
    if (failed || !value.is_object()) throw refuse();
    const bj::value* data = value.get_object().if_contains("data");
    if (data == nullptr || !data->is_array()) throw refuse();
    std::vector<std::string> out;
    for (const bj::value& each : data->get_array()) {
        const bj::object* model = each.if_object();
        const bj::value* id = model != nullptr ? model->if_contains("id") : nullptr;
        if (id == nullptr || !id->is_string()) throw refuse();
        out.emplace_back(std::string_view(id->get_string()));
    }
    std::ranges::sort(out);
    return out;
}

}  // namespace aibuild
