use std::collections::HashMap;

#[no_mangle]
pub extern "C" fn one(n: i32) -> i32 {
    let words: HashMap<i32, String> = (0..n).map(|each| (each, format!("{each}"))).collect();
    words.len() as i32 + 100 * base::calls()
}
