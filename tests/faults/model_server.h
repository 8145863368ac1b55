#pragma once

#include <boost/json/array.hpp>

#include "server_process.h"

namespace aibuild {

// tests/support/model_server.py, which answers as a model's server does, and as badly as told.
class ModelServer : public ServerProcess {
  public:
    explicit ModelServer(const boost::json::array& answers)
        : ServerProcess({"python3", "-I", "-S", AIBUILD_SOURCE_DIR "/tests/support/model_server.py"},
                        {{"answers", answers}}) {}
};

}  // namespace aibuild
