#include <acme/sdk.h>

int version(void) {
    return acme_version();
}
