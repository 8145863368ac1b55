module greet_test;

import greet;
import std.algorithm : canFind;
import std.stdio;

unittest
{
    assert(greeting("Ada").canFind("Ada"));
}

void main()
{
    writeln(greeting("").length > 2 ? "ok" : "not ok", " 1 - nobody is greeted, too");
}
