module greet;

string greeting(string name)
{
    return "Hello, " ~ name ~ "!";
}
