#[test]
fn the_name_is_there() {
    assert!(greet::greeting("Ada").contains("Ada"));
}

#[test]
fn nobody_is_greeted_too() {
    assert!(greet::greeting("").len() > 2);
}
