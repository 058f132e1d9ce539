//! Another team's sink. It needs a port, so it can't be made of a name alone.

use dyn_or_not::*;

struct Socket {
    port: u16,
    sent: usize,
}

impl Sink for Socket {
    fn name(&self) -> &str {
        "socket"
    }

    fn write_line(&mut self, line: &str) {
        self.sent += line.len() + usize::from(self.port > 0);
    }
}

fn main() {
    let mut socket = Socket { port: 514, sent: 0 };
    socket.write_all([1, 2]);
    println!("{}", socket.sent);
}
