use words::long_words;

#[test]
fn counts() {
    assert_eq!(long_words("the quick brown fox", 3), 2);
}

#[test]
fn none() {
    assert_eq!(long_words("", 0), 0);
}
