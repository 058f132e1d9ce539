use std::future::pending;
use std::pin::pin;
use std::task::{Context, Waker};

use who_frees_when::{Named, say};

async fn work(_argument: Named) {
    let _local = Named::new("local");
    say("begun");
    pending::<()>().await;
    say("done");
}

fn main() {
    {
        let mut polled = pin!(work(Named::new("argument")));
        let _unpolled = work(Named::new("unused"));
        let waits = polled
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        assert!(waits.is_pending());
        say("polled");
    }
    say("end");
}
