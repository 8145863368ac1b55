use std::nowhere::Thing;
fn main() {
    println!("{}", y);
}
