use words::long_words;

fn main() {
    println!("{}", long_words("the quick brown fox", 3));
}
