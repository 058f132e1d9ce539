//! Each call of the accounts' port as SQL: one statement, or one transaction.

use tokio_postgres::{Client, Row};

use super::error::Failure;
use super::tasks::{number, sql};
use crate::Secret;
use crate::domain::{Name, Timestamp, UserId};
use crate::ports::{Account, Digest, Rotated, Session};

pub(super) async fn register(
    client: &mut Client,
    name: Name,
    password: Secret,
    at: Timestamp,
) -> Result<Option<UserId>, Failure> {
    let registered = client
        .query_opt(
            "INSERT INTO accounts (name, password, created_ms) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO NOTHING RETURNING id",
            &[&name.as_str(), &password.expose(), &sql(at.millis())],
        )
        .await?;
    let id = registered.map(|row| number(&row, "id")).transpose()?;
    Ok(id.map(UserId::new))
}

pub(super) async fn account(client: &mut Client, name: Name) -> Result<Option<Account>, Failure> {
    let query = "SELECT id, password FROM accounts WHERE name = $1";
    let Some(row) = client.query_opt(query, &[&name.as_str()]).await? else {
        return Ok(None);
    };
    Ok(Some(Account {
        id: UserId::new(number(&row, "id")?),
        name,
        password: Secret::new(row.try_get::<_, String>("password")?),
    }))
}

pub(super) async fn begin(client: &mut Client, session: Session) -> Result<(), Failure> {
    let transaction = client.transaction().await?;
    // Those that somebody else is at are left to them, so that nobody waits for anybody.
    transaction
        .execute(
            "DELETE FROM sessions WHERE id IN (
                 SELECT id FROM sessions WHERE expires_ms <= $1 FOR UPDATE SKIP LOCKED
             )",
            &[&sql(session.began.millis())],
        )
        .await?;
    transaction
        .execute(
            "INSERT INTO sessions (id, owner, token, expires_ms) VALUES ($1, $2, $3, $4)",
            &[
                &session.id.0.as_slice(),
                &sql(session.owner.get()),
                &session.token.0.as_slice(),
                &sql(session.expires.millis()),
            ],
        )
        .await?;
    transaction.commit().await?;
    Ok(())
}

pub(super) async fn rotate(
    client: &mut Client,
    session: Digest,
    used: Digest,
    next: Digest,
    now: Timestamp,
) -> Result<Rotated, Failure> {
    let id = session.0.as_slice();
    let transaction = client.transaction().await?;
    // Of two that bring the same token, the second waits here, and sees what the first has done.
    let query = "SELECT owner, token, expires_ms FROM sessions WHERE id = $1 FOR UPDATE";
    let Some(row) = transaction.query_opt(query, &[&id]).await? else {
        return Ok(Rotated::Over);
    };
    let owner = UserId::new(number(&row, "owner")?);
    let rotated = if number(&row, "expires_ms")? <= now.millis() {
        Rotated::Over
    } else if token(&row)? != used {
        Rotated::Reused(owner)
    } else {
        Rotated::Done(owner)
    };
    match rotated {
        Rotated::Done(_) => {
            let renew = "UPDATE sessions SET token = $2 WHERE id = $1";
            transaction
                .execute(renew, &[&id, &next.0.as_slice()])
                .await?
        }
        Rotated::Reused(_) | Rotated::Over => {
            let end = "DELETE FROM sessions WHERE id = $1";
            transaction.execute(end, &[&id]).await?
        }
    };
    transaction.commit().await?;
    Ok(rotated)
}

pub(super) async fn end(client: &mut Client, session: Digest) -> Result<(), Failure> {
    let end = "DELETE FROM sessions WHERE id = $1";
    client.execute(end, &[&session.0.as_slice()]).await?;
    Ok(())
}

pub(super) async fn end_all(client: &mut Client, owner: UserId) -> Result<(), Failure> {
    let end = "DELETE FROM sessions WHERE owner = $1";
    client.execute(end, &[&sql(owner.get())]).await?;
    Ok(())
}

fn token(row: &Row) -> Result<Digest, Failure> {
    let bytes: &[u8] = row.try_get("token")?;
    bytes
        .try_into()
        .map(Digest)
        .map_err(|_| Failure::row("a session's token has another length than all tokens"))
}
