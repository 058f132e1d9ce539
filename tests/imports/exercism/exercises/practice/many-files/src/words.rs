pub fn _word() {}
