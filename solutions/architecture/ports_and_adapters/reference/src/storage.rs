//! Cards in the table `cards`: `balance` in cents, `expires_on` as a day, and `version`, a number that each
//! update of a row adds one to.

use std::str::FromStr;

use crate::db::{Db, Row};
use crate::domain::{Card, Cards, Saved, Unavailable, Version};

/// The table.
pub struct CardTable<'d>(pub &'d Db);

impl Cards for CardTable<'_> {
    fn find(&self, id: u64) -> Result<Option<(Card, Version)>, Unavailable> {
        let row = self.0.select("cards", id).map_err(|_| Unavailable)?;
        row.as_ref().map(card).transpose()
    }

    fn save(&self, id: u64, card: &Card, seen: Version) -> Result<Saved, Unavailable> {
        let Version(seen) = seen;
        let set = [
            ("balance", card.balance_cents().to_string()),
            ("expires_on", card.good_until().to_string()),
            ("version", (seen + 1).to_string()),
        ];
        let set = set
            .each_ref()
            .map(|(column, value)| (*column, value.as_str()));
        // The condition is what makes it safe: between our select and this anything may have happened.
        let changed = self
            .0
            .update("cards", id, &[("version", &seen.to_string())], &set)
            .map_err(|_| Unavailable)?;
        Ok(if changed == 1 {
            Saved::Yes
        } else {
            Saved::Outdated
        })
    }
}

/// A row that can't be read is no card with nothing on it: nobody may decide by it.
fn card(row: &Row) -> Result<(Card, Version), Unavailable> {
    let card = Card::new(column(row, "balance")?, column(row, "expires_on")?);
    Ok((card, Version(column(row, "version")?)))
}

fn column<T: FromStr>(row: &Row, name: &str) -> Result<T, Unavailable> {
    let text = row.get(name).ok_or(Unavailable)?;
    text.parse().map_err(|_| Unavailable)
}
