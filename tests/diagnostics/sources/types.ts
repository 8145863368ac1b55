const n: number = "a";
function f(a: number, b: number): number {
    return a + b;
}
f(1);
