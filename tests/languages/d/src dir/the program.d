module the_program;

import greet;
import std.stdio;

void main()
{
    writeln(greeting("world"));
}
