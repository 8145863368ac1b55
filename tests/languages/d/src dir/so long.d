module so_long;

string farewell()
{
    return "So long and thanks";
}
