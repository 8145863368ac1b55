mod so_long;

pub use so_long::farewell;

pub fn greeting(name: &str) -> String {
    format!("Hello, {name}!")
}
