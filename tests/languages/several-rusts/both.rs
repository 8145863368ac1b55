//! One Rust library for C++, of two: what they export goes with it.

extern crate one;
extern crate two;
