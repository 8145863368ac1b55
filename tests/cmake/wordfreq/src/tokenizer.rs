//! Words are runs of ASCII letters.

mod letters;

pub fn words(text: &[u8]) -> usize {
    text.split(|byte| !letters::is_letter(*byte)).filter(|word| !word.is_empty()).count()
}

/// # Safety
/// `text` must point to `length` bytes.
#[no_mangle]
pub unsafe extern "C" fn tokenizer_words(text: *const u8, length: usize) -> usize {
    if length == 0 {
        return 0;
    }
    words(std::slice::from_raw_parts(text, length))
}
