//! The bill, as it has grown since 2009. It is in production, and what it prints is right by definition:
//! customers have been paying it.

use std::fmt::Write;

/// What a meter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// By day.
    Day,
    /// By night.
    Night,
}

/// What a meter showed, before and after. Meters have five digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What it counts.
    pub kind: Kind,
    /// In kWh, at the beginning.
    pub start: u32,
    /// In kWh, at the end.
    pub end: u32,
    /// Whether nobody was at home.
    pub estimated: bool,
}

/// Who gets the bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// As on the envelope.
    pub name: String,
    /// Whether it is a business.
    pub business: bool,
    /// For how many days the bill is.
    pub days: u32,
}

/// The bill as it is printed.
pub fn bill(customer: &Customer, readings: &[Reading]) -> String {
    let mut out = format!("Bill for {}\n", customer.name);
    let mut t = 0_u64;
    let mut n = 0;
    let mut e = false;
    for r in readings {
        let mut k = if r.end < r.start {
            100_000 - r.start + r.end
        } else {
            r.end - r.start
        };
        n += 1;
        if r.estimated {
            e = true;
            k = k - k % 10 + 10;
        }
        if k != 0 {
            let mut c = u64::from(k) * 24;
            if let Kind::Night = r.kind {
                c = c * 60 / 100;
            } else if k > 1_000 && customer.business {
                c -= u64::from(k - 1_000) * 4;
            }
            t += c;
            let w = if let Kind::Night = r.kind {
                "night"
            } else {
                "day"
            };
            let s = if r.estimated { "*" } else { "" };
            let _ = writeln!(out, "  {w} {k} kWh{s}: {}.{:02}", c / 100, c % 100);
        }
    }
    if n == 0 {
        out.push_str("  nothing to bill\n");
        return out;
    }
    let mut d = 0;
    if n >= 3 && t > 10_000 {
        d = (t * 3 + 50) / 100;
        let _ = writeln!(out, "  discount: -{}.{:02}", d / 100, d % 100);
    }
    let b = u64::from(customer.days.div_ceil(30)) * 950;
    let _ = writeln!(out, "  base fee: {}.{:02}", b / 100, b % 100);
    let mut x = t - d + b;
    if !customer.business {
        let v = x * 19 / 100;
        x += v;
        let _ = writeln!(out, "  VAT: {}.{:02}", v / 100, v % 100);
    }
    let _ = writeln!(out, "Total: {}.{:02}", x / 100, x % 100);
    if e {
        out.push_str("* estimated\n");
    }
    out
}
