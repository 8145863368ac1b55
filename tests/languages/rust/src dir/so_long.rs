pub fn farewell() -> &'static str {
    "So long and thanks"
}
