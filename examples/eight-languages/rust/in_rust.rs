#[no_mangle]
pub extern "C" fn in_rust(n: i32) -> i32 {
    vec![n; 2].iter().sum()
}
