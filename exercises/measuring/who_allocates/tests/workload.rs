//! What `workbook profile who_allocates` looks into: 500 requests on three routes that are well known.

use who_allocates::{Event, Watcher};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

#[test]
fn a_minute_of_traffic() {
    let mut watcher = Watcher::new();
    let paths = [
        "/v1/orders/1207/lines?page=2",
        "/v1/customers/77",
        "/v1/Invoices/9/pdf",
    ];
    let mut n: u32 = 0;
    let mut request = || {
        n = n.wrapping_add(1);
        let millis = 20 + n * 7 % 30 + if n % 97 == 0 { 200 } else { 0 };
        let path = paths[(n % 3) as usize];
        watcher.see(&Event { path, millis })
    };
    for _ in 0..3_600 {
        request();
    }
    probes::profile::run(|| {
        for _ in 0..500 {
            std::hint::black_box(request());
        }
    });
}
