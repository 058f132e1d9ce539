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
            usage acme 52000
            bill
        ",
        prints: "
            INV-0001 2026-03-01 acme (US)
            5 seats 45.00
            2000 further requests 0.40
            net 45.40
            total 45.40 in 14 days
        ",
    },
    Pin {
        name: "an enterprise has a discount",
        script: "
            today 2026-03-01
            account acme US enterprise 40 15
            bill
        ",
        prints: "
            INV-0001 2026-03-01 acme (US)
            40 seats 360.00
            discount 15% -54.00
            net 306.00
            total 306.00 in 60 days
        ",
    },
    Pin {
        name: "a metered customer pays for requests",
        script: "
            today 2026-03-01
            account acme US metered
            usage acme 4500
            bill
        ",
        prints: "
            INV-0001 2026-03-01 acme (US)
            4500 requests 1.50
            net 1.50
            total 1.50 in 7 days
        ",
    },
    Pin {
        name: "a free customer gets no invoice",
        script: "
            today 2026-03-01
            account acme US free
            bill
        ",
        prints: "
        ",
    },
    Pin {
        name: "a preview is a draft",
        script: "
            today 2026-03-01
            account acme US team 5
            preview acme
        ",
        prints: "
            DRAFT 2026-03-01 acme (US)
            5 seats 45.00
            net 45.00
            total 45.00 in 14 days
        ",
    },
    Pin {
        name: "tax is on the invoice",
        script: "
            today 2026-03-01
            tax FR 20
            account acme FR team 5
            bill
        ",
        prints: "
            INV-0001 2026-03-01 acme (FR)
            5 seats 45.00
            net 45.00
            tax 20% 9.00
            total 54.00 in 14 days
        ",
    },
    Pin {
        name: "a team is in the report",
        script: "
            today 2026-03-01
            account acme US team 5
            bill
            report
        ",
        prints: "
            INV-0001 2026-03-01 acme (US)
            5 seats 45.00
            net 45.00
            total 45.00 in 14 days
            report: team 1 45.00
            report: all 1 net 45.00 tax 0.00
        ",
    },
    Pin {
        name: "an account changes its plan",
        script: "
            today 2026-03-01
            account acme US team 5
            plan acme team 6
            bill
        ",
        prints: "
            INV-0001 2026-03-01 acme (US)
            6 seats 54.00
            net 54.00
            total 54.00 in 14 days
        ",
    },
    Pin {
        name: "a plan that is none is refused",
        script: "
            account acme US gold
        ",
        prints: "
            ! line 1: no plan gold
        ",
    },
];
