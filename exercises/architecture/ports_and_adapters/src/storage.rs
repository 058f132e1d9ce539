//! Cards in the table `cards`: `balance` in cents, `expires_on` as a day, and `version`, a number that each
//! update of a row adds one to.
