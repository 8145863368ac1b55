module in_d;

import core.runtime : Runtime;

extern (C) void in_d_init()
{
    Runtime.initialize();
}

extern (C) void in_d_final()
{
    Runtime.terminate();
}

extern (C) int in_d(int n)
{
    int[] squares;
    foreach (each; 0 .. n)
        squares ~= each * each;
    int sum;
    foreach (each; squares)
        sum += each;
    return sum;
}
