//! What the program does today, written down before anybody changes it.
//!
//! No module of the library: tests take this file in, and run each pin on programs in which nothing else has run.

/// A script, and all that it prints.
#[derive(Debug, Clone, Copy)]
pub struct Pin {
    /// A sentence about what the program does. It is what you read when the pin breaks.
    pub name: &'static str,
    /// What goes in, as lines. Line 1 is the one below the quotation mark.
    pub script: &'static str,
    /// What comes out, as lines. White space before and after each line does not count.
    pub prints: &'static str,
}

/// Everything that has to stay.
pub const PINS: &[Pin] = &[
    Pin {
        name: "a team pays for its seats",
        script: "
            today 2026-03-01
            account acme US team 5
            bill
        ",
        prints: "
            INV-0001 2026-03-01 acme (US)
            5 seats 45.00
            net 45.00
            total 45.00 in 14 days
        ",
    },
    Pin {
        name: "a report",
        script: "
            today 2026-03-01
            tax DE 19
            account acme DE team 5
            bill
            report
        ",
        prints: "
            INV-0001 2026-03-01 acme (DE)
            5 seats 45.00
            net 45.00
            tax 19% 8.55
            total 53.55 in 14 days
            report: team 1 45.00
            report: all 1 net 45.00 tax 8.55
        ",
    },
];
