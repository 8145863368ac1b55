#include "units.h"

#include <string.h>

#include "units_table.h"

double units_metres(const char *name) {
    for (int n = 0; n < units_count; ++n) {
        if (strcmp(units_table[n].name, name) == 0) return units_table[n].metres;
    }
    return 0;
}
