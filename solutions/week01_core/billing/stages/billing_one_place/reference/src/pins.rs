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
        name: "a team pays for seats, and for each further thousand of requests that is begun",
        script: "
            today 2026-03-01
            account at US team 1
            account above US team 1
            account far US team 2
            usage at 10000
            usage above 10001
            usage far 21001
            bill
        ",
        prints: "
            INV-0001 2026-03-01 at (US)
            1 seats 9.00
            net 9.00
            total 9.00 in 14 days
            INV-0002 2026-03-01 above (US)
            1 seats 9.00
            1 further requests 0.20
            net 9.20
            total 9.20 in 14 days
            INV-0003 2026-03-01 far (US)
            2 seats 18.00
            1001 further requests 0.40
            net 18.40
            total 18.40 in 14 days
        ",
    },
    Pin {
        name: "an enterprise has a discount on seats and not on usage",
        script: "
            today 2026-03-01
            account acme US enterprise 40 15
            account bolt US enterprise 1 0
            usage acme 401000
            bill
        ",
        prints: "
            INV-0001 2026-03-01 acme (US)
            40 seats 360.00
            discount 15% -54.00
            1000 further requests 0.20
            net 306.20
            total 306.20 in 60 days
            INV-0002 2026-03-01 bolt (US)
            1 seats 9.00
            net 9.00
            total 9.00 in 60 days
        ",
    },
    Pin {
        name: "a metered customer pays for each thousand that is begun, and a full one is one",
        script: "
            today 2026-03-01
            account idle US metered
            account one US metered
            account full US metered
            account more US metered
            usage one 1
            usage full 1000
            usage more 1001
            bill
        ",
        prints: "
            INV-0001 2026-03-01 idle (US)
            0 requests 0.00
            net 0.00
            total 0.00 in 7 days
            INV-0002 2026-03-01 one (US)
            1 requests 0.30
            net 0.30
            total 0.30 in 7 days
            INV-0003 2026-03-01 full (US)
            1000 requests 0.30
            net 0.30
            total 0.30 in 7 days
            INV-0004 2026-03-01 more (US)
            1001 requests 0.60
            net 0.60
            total 0.60 in 7 days
        ",
    },
    Pin {
        name: "a free customer gets no invoice, and no number",
        script: "
            today 2026-03-01
            account bob US free
            account acme US team 1
            usage bob 5000
            preview bob
            bill
        ",
        prints: "
            INV-0001 2026-03-01 acme (US)
            1 seats 9.00
            net 9.00
            total 9.00 in 14 days
        ",
    },
    Pin {
        name: "tax is that of the day of the invoice, and none where no tax is known",
        script: "
            today 2026-03-01
            account acme FR team 5
            account abby US team 5
            tax FR 20
            bill
            today 2026-04-01
            tax FR 10
            bill
        ",
        prints: "
            INV-0001 2026-03-01 acme (FR)
            5 seats 45.00
            net 45.00
            tax 20% 9.00
            total 54.00 in 14 days
            INV-0002 2026-03-01 abby (US)
            5 seats 45.00
            net 45.00
            total 45.00 in 14 days
            INV-0003 2026-04-01 acme (FR)
            5 seats 45.00
            net 45.00
            tax 10% 4.50
            total 49.50 in 14 days
            INV-0004 2026-04-01 abby (US)
            5 seats 45.00
            net 45.00
            total 45.00 in 14 days
        ",
    },
    Pin {
        name: "a preview changes nothing",
        script: "
            today 2026-03-01
            tax FR 20
            account acme FR team 1
            usage acme 12000
            preview acme
            report
            bill
            report
        ",
        prints: "
            DRAFT 2026-03-01 acme (FR)
            1 seats 9.00
            2000 further requests 0.40
            net 9.40
            tax 20% 1.88
            total 11.28 in 14 days
            report: all 0 net 0.00 tax 0.00
            INV-0001 2026-03-01 acme (FR)
            1 seats 9.00
            2000 further requests 0.40
            net 9.40
            tax 20% 1.88
            total 11.28 in 14 days
            report: team 1 9.40
            report: all 1 net 9.40 tax 1.88
        ",
    },
    Pin {
        name: "an invoice begins the usage anew",
        script: "
            today 2026-03-01
            account mia US metered
            account bob US free
            usage mia 500
            usage mia 700
            usage bob 9000
            bill
            plan bob metered
            bill
        ",
        prints: "
            INV-0001 2026-03-01 mia (US)
            1200 requests 0.60
            net 0.60
            total 0.60 in 7 days
            INV-0002 2026-03-01 mia (US)
            0 requests 0.00
            net 0.00
            total 0.00 in 7 days
            INV-0003 2026-03-01 bob (US)
            0 requests 0.00
            net 0.00
            total 0.00 in 7 days
        ",
    },
    Pin {
        name: "a change of plan keeps the usage, and the report keeps the plan that was invoiced",
        script: "
            today 2026-03-01
            account mia US metered
            usage mia 30000
            plan mia team 2
            bill
            plan mia enterprise 2 50
            bill
            plan mia metered
            bill
            report
        ",
        prints: "
            INV-0001 2026-03-01 mia (US)
            2 seats 18.00
            10000 further requests 2.00
            net 20.00
            total 20.00 in 14 days
            INV-0002 2026-03-01 mia (US)
            2 seats 18.00
            discount 50% -9.00
            net 9.00
            total 9.00 in 60 days
            INV-0003 2026-03-01 mia (US)
            0 requests 0.00
            net 0.00
            total 0.00 in 7 days
            report: enterprise 1 9.00
            report: metered 1 0.00
            report: team 1 20.00
            report: all 3 net 29.00 tax 0.00
        ",
    },
    Pin {
        name: "the report has a line for each plan by name, and one for all",
        script: "
            today 2026-03-01
            report
            tax FR 20
            account t FR team 5
            account e FR enterprise 10 50
            account m US metered
            account f FR free
            account u FR team 1
            usage m 1
            bill
            report
        ",
        prints: "
            report: all 0 net 0.00 tax 0.00
            INV-0001 2026-03-01 t (FR)
            5 seats 45.00
            net 45.00
            tax 20% 9.00
            total 54.00 in 14 days
            INV-0002 2026-03-01 e (FR)
            10 seats 90.00
            discount 50% -45.00
            net 45.00
            tax 20% 9.00
            total 54.00 in 60 days
            INV-0003 2026-03-01 m (US)
            1 requests 0.30
            net 0.30
            total 0.30 in 7 days
            INV-0004 2026-03-01 u (FR)
            1 seats 9.00
            net 9.00
            tax 20% 1.80
            total 10.80 in 14 days
            report: enterprise 1 45.00
            report: metered 1 0.30
            report: team 2 54.00
            report: all 4 net 99.30 tax 19.80
        ",
    },
    Pin {
        name: "what is refused is said with its line, changes nothing, and the rest is done",
        script: "
            today 2026-03-01

            account acme US team 1
            account acme US free
            account bolt US gold
            account cole US team
            account dora US team x
            account dora US enterprise 5
            plan acme teem 5
            plan nobody team 5
            usage nobody 5
            usage acme many
            preview nobody
            tax FR high
            sing
            bill
        ",
        prints: "
            ! line 4: account acme is there already
            ! line 5: no plan gold
            ! line 6: no plan team
            ! line 7: no plan team x
            ! line 8: no plan enterprise 5
            ! line 9: no plan teem 5
            ! line 10: no account nobody
            ! line 11: no account nobody
            ! line 12: no usage many
            ! line 13: no account nobody
            ! line 14: no tax FR high
            ! line 15: what is sing
            INV-0001 2026-03-01 acme (US)
            1 seats 9.00
            net 9.00
            total 9.00 in 14 days
        ",
    },
];
