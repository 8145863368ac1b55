extern "C" {
    fn gone() -> i32;
}
fn main() {
    std::process::exit(unsafe { gone() });
}
