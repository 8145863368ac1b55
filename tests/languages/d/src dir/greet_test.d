module greet_test;

import greet;
import std.algorithm : canFind;
import std.stdio;

unittest
{
    assert(greeting("Ada").canFind("Ada"));
    writeln("ok 1 - the name is there");
}

void main()
{
    writeln(greeting("").length > 2 ? "ok" : "not ok", " 2 - nobody is greeted, too");
}
