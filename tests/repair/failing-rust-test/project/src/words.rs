//! Words of a text.

/// How many words `text` has that are longer than `least`.
pub fn long_words(text: &str, least: usize) -> usize {
    text.split_whitespace().filter(|word| word.len() < least).count()
}
