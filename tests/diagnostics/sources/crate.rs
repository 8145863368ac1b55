extern crate nobodys;
fn main() {}
