#include "tool/prompting/interface_check.h"

#include <gtest/gtest.h>

namespace aibuild {
namespace {

std::string problem(const std::string& interface, const std::string& header) {
    return interface_problem(interface, {header}).value_or("");
}

struct Case {
    std::string interface, header;
};

void expect_kept(const std::vector<Case>& cases) {
    for (const Case& each : cases)
        EXPECT_EQ(problem(each.interface, each.header), "") << each.interface << "\n---\n" << each.header;
}

void expect_broken(const std::vector<Case>& cases) {
    for (const Case& each : cases)
        EXPECT_NE(problem(each.interface, each.header), "") << each.interface << "\n---\n" << each.header;
}

TEST(InterfaceProblem, SaysWhatIsOtherwise) {
    EXPECT_EQ(
        problem("int greet(const char *name, char *to, size_t size);", "int greet(const char *, char *);"),
        "`greet` with 3 parameters; the header declares it with 2");
    EXPECT_EQ(problem("int greet(int a);", "int greet(void);"),
              "`greet` with 1 parameter; the header declares it with 0");
    EXPECT_EQ(problem("int greet(int a);", "int other(int a);"),
              "`greet` with 1 parameter, which the header does not declare");
}

TEST(InterfaceProblem, OfWhatIsKeptIsNone) {
    expect_kept({{"int add(int a, int b);", "int add(int, int);"},
                 {"int add(int, int);", "int\nadd (int   first,\n     int second) ;"},
                 {"void f(void);", "void f();"},
                 {"void f();", "void f(void);"},
                 {"void f();", "extern \"C\" {\nvoid f(void);\n}"},
                 {"int add(int, int);", "static inline int add(int a, int b) {\n    return a + b;\n}"},
                 {"const char *name(struct thing *of);", "const char* name(struct thing* of);"},
                 {"unsigned long long f(unsigned long x);", "unsigned long long f(unsigned long x);"},
                 {"API int f(int x);", "API int f(int x);"},
                 {"int f(int x) __attribute__((pure));", "int f(int x) __attribute__((pure));"},
                 {"int log_line(const char *format, ...);", "int log_line(const char* format, ...);"},
                 {"", "int f(int);"},
                 {"int x;", ""}});
}

TEST(InterfaceProblem, OfCxxThatIsKeptIsNone) {
    expect_kept({{"std::vector<std::string> split(std::string_view text, char at);",
                  "namespace a {\nstd::vector<std::string> split(std::string_view text, char at);\n}"},
                 {"std::map<std::string, int> count(std::istream& in);",
                  "std::map<std::string, int> count(std::istream& in);"},
                 {"[[nodiscard]] bool ok() const noexcept;",
                  "class A {\n  [[nodiscard]] bool ok() const noexcept;\n};"},
                 {"auto f(int x) -> std::optional<int>;", "auto f(int x) -> std::optional<int>;"},
                 {"class A { public: explicit A(int x); ~A(); A(const A&) = delete; virtual int f() = 0; };",
                  "class A {\n  public:\n    explicit A(int x);\n    ~A();\n    A(const A&) = delete;\n"
                  "    virtual int f() = 0;\n};"},
                 {"explicit A(int x);", "struct A {\n    explicit A(int x) : x_(x), y_{x} {}\n};"},
                 {"bool operator==(const A& a, const A& b);", "bool operator==(const A& a, const A& b);"},
                 {"int operator()(int a, int b);", "int operator()(int a, int b);"}});
}

TEST(InterfaceProblem, OverloadsAndDefaultsAreTheHeadersBusiness) {
    expect_kept({{"void put(int);\nvoid put(int, int);", "void put(int);\nvoid put(int, int);"},
                 {"void put(int);", "void put(int, int);\nvoid put(int);"},
                 {"void put(int);\nvoid put(int, int);", "void put(int a, int b = 0);"},
                 {"void put(int a, int b = 0);", "void put(int a);\nvoid put(int a, int b);"},
                 {"void put(int a);", "void put(int a, std::map<int, int> m = {{1, 2}, {3, 4}});"}});
}

TEST(InterfaceProblem, TemplatesAreSeen) {
    expect_kept(
        {{"template <typename T, typename U> T convert(const std::pair<T, U>& from);",
          "template <typename T, typename U>\nT convert(const std::pair<T, U>& from);"},
         {"template <class... A>\nvoid all(A&&... of);", "template <class... A> void all(A&&... of);"},
         {"void f(std::array<int, 3> a, std::map<int, std::pair<int, int>> b);",
          "void f(std::array<int, 3> a, std::map<int, std::pair<int, int>> b);"}});
    expect_broken(
        {{"void f(std::array<int, 3> a, int b);", "void f(std::array<int, 3> a);"},
         {"template <typename T> T most(T a, T b);", "template <typename T>\nT most(T a, T b, T c);"}});
}

TEST(InterfaceProblem, FunctionPointersAreOneParameter) {
    const std::string each = "void each(void (*visit)(int, void *), void *data);";
    expect_kept({{each, "void each(void (*visit)(int key, void* data), void* data);"},
                 {each, "typedef void (*visitor)(int, void*);\nvoid each(visitor visit, void* data);"},
                 {"typedef int (*compare)(const void *, const void *);",
                  "typedef int (*compare)(const void *, const void *);"},
                 {"void (*handler(int signal, void (*to)(int)))(int);",
                  "void (*handler(int signal, void (*to)(int)))(int);"},
                 {"void on(std::function<void(int, int)> f);", "void on(std::function<void(int, int)> f);"}});
    expect_broken({{each, "void each(void (*visit)(int, void *));"}});
}

TEST(InterfaceProblem, CommentsSayNothing) {
    expect_kept({{"int f(int a /* one, two */, // three, four\n      int b);", "int f(int a, int b);"},
                 {"// void old(int a);\nint f(int a);", "int f(int a); /* int f(int, int); */"},
                 {"/* int g(int); */", ""},
                 {"int f(int a);",
                  "/* open"
                  " */ int f(int a);"}});
    expect_broken({{"int f(int a);", "// int f(int a);\n"},
                   {"int f(int a);", "/* int f(int a); */"},
                   {"int f(int a);", "/* not closed: int f(int a);"},
                   {"int f(int a);", "/* int f(int a);*"}});
}

TEST(InterfaceProblem, WhatMacrosDeclareIsNotJudged) {
    expect_kept({{"int greet(int a);", "DECLARE(int, greet, (int a))\n"},
                 {"int greet(int a);", "#define greet(a) ((a) + 1)\n"},
                 {"int greet(int a);", "  #  define greet(a) \\\n    ((a) + 1)\n"},
                 {"int vec_add(int a);", "#define MAKE(name) int vec_##name(int a)\nMAKE(add);\n"},
                 {"#define greet(a, b) \\\n  int greet_twice(int a);\n", "int other(int);"},
                 {"#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(int a);\n#ifdef __cplusplus\n}\n#endif",
                  "int f(int a);"}});
    // A name that is part of another is no declaration.
    expect_broken({{"int add(int a, int b);", "int padding(int a);\nint add_all(int a, int b);"}});
}

// An interface may be prose, or have some. What is no declaration promises nothing.
TEST(InterfaceProblem, ProseIsNoDeclaration) {
    const std::string header = "int greet(const char *name, char *to, size_t size);\nvoid stop(void);";
    for (const std::string interface :
         {"greet(name) writes a greeting; it never fails.",
          "The function greet(name) writes it; then it ends.",
          "Call greet(name); it never fails.",
          "Call greet(\"Ann\");",
          "Returns the number of words (or 0 where there are none); never fails.",
          "One class (the tokenizer); one function (the parser);",
          "Prints usage (one line); exits with 2 (usage) or 1 (failure);",
          "After stop() nothing is written;",
          "The greeting (a text); see greet().",
          "Example: n = greet(name); return count(name);",
          "return greet(name);",
          "Reads lines (from standard input); words (sorted);",
          "Errors (see below);",
          "usage: tool [-n N] (FILE | -); prints N lines;",
          "int greet(const char *name, char *to, size_t size) writes a greeting; it returns its length.",
          "Lengths (in bytes) and counts (in words); both are exact.",
          "Prints usage (short form); Prints usage (One line);",
          "Use close(fd); afterwards.",
          "- greeting (text);",
          "tokens(text) yields (kind, text) pairs;"})
        EXPECT_EQ(problem(interface, header), "") << interface;
}

TEST(InterfaceProblem, DeclarationsAmongProseCount) {
    for (const std::string interface :
         {"Greets people.\nint greet(const char *name);\nReturns 0 (always).",
          "- `int greet(const char *name);` greets", "It has: int greet(const char *name); and no more.",
          "struct person;\nint greet(struct person *who); /* greets */", "Handle greet(Handle h);",
          "size_t greet(size_t);", "static int greet(person_t who);",
          "std::string greet(std::string name);"}) {
        EXPECT_NE(problem(interface, "int greet(int, int);"), "") << interface;
        EXPECT_NE(problem(interface, "int other(int);"), "") << interface;
    }
}

TEST(InterfaceProblem, WhatIsMissingIsFoundInAllHeaders) {
    EXPECT_EQ(interface_problem("int a(int x); int b(int x);", {"int a(int x);", "int b(int x);"}),
              std::nullopt);
    EXPECT_NE(interface_problem("int a(int x); int b(int x);", {"int a(int x);", "int c(int x);"}),
              std::nullopt);
    EXPECT_NE(interface_problem("int a(int x);", {}), std::nullopt);
}

TEST(InterfaceProblem, AnyTextIsRead) {
    for (const std::string text :
         {"(",    ")",           "f(",    "int f(", "int f(int", "int f(int)", "int f(;", "/*",
          "/",    "#",           "\\",    "#\\\n",  "<<<<",      ">>>>",       "a>(",     "int f(>);",
          "((((", "int f(a<b);", "x::f(", ":(",     "int f(,);", "int f(,,);"}) {
        interface_problem(text, {text});
        interface_problem("int f(int a);", {text});
        interface_problem(text, {"int f(int a);"});
    }
}

}  // namespace
}  // namespace aibuild
