pub fn is_letter(byte: u8) -> bool {
    ascii::is_letter(byte)
}
