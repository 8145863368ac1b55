#include <sqlite3.h>

int version(void) {
    return sqlite3_libversion_number();
}
