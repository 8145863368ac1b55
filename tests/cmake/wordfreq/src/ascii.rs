//! Taken by Rust within the plan, and by C only from outside of it.

pub fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic()
}

#[no_mangle]
pub extern "C" fn ascii_is_letter(byte: u8) -> bool {
    is_letter(byte)
}
