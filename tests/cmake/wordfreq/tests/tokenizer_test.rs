#[test]
fn words_are_counted() {
    assert_eq!(tokenizer::words(b"one, two; three"), 3);
}
