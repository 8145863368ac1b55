#ifndef LINES_H
#define LINES_H

// The lines of a file; -1 where it can't be read.
int lines_count(const char *path);

#endif
