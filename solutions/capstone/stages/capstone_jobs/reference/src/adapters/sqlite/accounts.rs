//! Each call of the accounts' port as SQL: one statement, or one transaction.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, named_params};

use super::StoreFailure;
use super::tasks::{number, sql};
use crate::Secret;
use crate::domain::{Name, Timestamp, UserId};
use crate::ports::{Account, Digest, Rotated, Session};

pub(super) fn register(
    connection: &Connection,
    name: &Name,
    password: &Secret,
    at: Timestamp,
) -> Result<Option<UserId>, StoreFailure> {
    // One statement: to look first and to write then would be two moments, and a name for two.
    let id = connection
        .query_row(
            "INSERT INTO accounts (name, password, created_ms) VALUES (:name, :password, :at)
             ON CONFLICT (name) DO NOTHING RETURNING id",
            named_params! {
                ":name": name.as_str(),
                ":password": password.expose(),
                ":at": sql(at.millis()),
            },
            |row| number(row, "id"),
        )
        .optional()?;
    Ok(id.map(UserId::new))
}

pub(super) fn account(
    connection: &Connection,
    name: Name,
) -> Result<Option<Account>, StoreFailure> {
    let found = connection
        .query_row(
            "SELECT id, password FROM accounts WHERE name = ?1",
            [name.as_str()],
            |row| Ok((number(row, "id")?, row.get::<_, String>("password")?)),
        )
        .optional()?;
    Ok(found.map(|(id, password)| Account {
        id: UserId::new(id),
        name,
        password: Secret::new(password),
    }))
}

pub(super) fn begin(connection: &mut Connection, session: &Session) -> Result<(), StoreFailure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute(
        "DELETE FROM sessions WHERE expires_ms <= ?1",
        [sql(session.began.millis())],
    )?;
    transaction.execute(
        "INSERT INTO sessions (id, owner, token, expires_ms) VALUES (:id, :owner, :token, :expires)",
        named_params! {
            ":id": session.id.0,
            ":owner": sql(session.owner.get()),
            ":token": session.token.0,
            ":expires": sql(session.expires.millis()),
        },
    )?;
    transaction.commit()?;
    Ok(())
}

pub(super) fn rotate(
    connection: &mut Connection,
    session: Digest,
    used: Digest,
    next: Digest,
    now: Timestamp,
) -> Result<Rotated, StoreFailure> {
    // Reads before it writes, so immediate. Of two that bring the same token, the second sees what the first has done.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let stored = transaction
        .query_row(
            "SELECT owner, token, expires_ms FROM sessions WHERE id = ?1",
            [session.0],
            |row| {
                let owner = UserId::new(number(row, "owner")?);
                let expires = Timestamp::from_millis(number(row, "expires_ms")?);
                Ok((owner, Digest(row.get("token")?), expires))
            },
        )
        .optional()?;
    let Some((owner, token, expires)) = stored else {
        return Ok(Rotated::Over);
    };
    let rotated = if expires <= now {
        Rotated::Over
    } else if token != used {
        Rotated::Reused(owner)
    } else {
        Rotated::Done(owner)
    };
    match rotated {
        Rotated::Done(_) => transaction.execute(
            "UPDATE sessions SET token = ?2 WHERE id = ?1",
            (session.0, next.0),
        )?,
        Rotated::Reused(_) | Rotated::Over => {
            transaction.execute("DELETE FROM sessions WHERE id = ?1", [session.0])?
        }
    };
    transaction.commit()?;
    Ok(rotated)
}

pub(super) fn end(connection: &Connection, session: Digest) -> Result<(), StoreFailure> {
    connection.execute("DELETE FROM sessions WHERE id = ?1", [session.0])?;
    Ok(())
}

pub(super) fn end_all(connection: &Connection, owner: UserId) -> Result<(), StoreFailure> {
    connection.execute("DELETE FROM sessions WHERE owner = ?1", [sql(owner.get())])?;
    Ok(())
}
