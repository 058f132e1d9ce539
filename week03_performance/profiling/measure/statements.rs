//! A morning of the database: one look at the totals, five at a day of a site with 120 rooms. 20 days are kept, with 24 readings of each
//! room and day. Prints what was run, and how SQLite went about it. A step is one instruction of its machine: the same number on
//! every computer. From the course's folder: `cargo run -p profiling --example statements`

use std::sync::{Arc, Mutex, PoisonError};

use profiling::History;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, Result, StatementStatus};

/// A statement, and the steps of each of its runs.
type Log = Vec<(String, Vec<i64>)>;

fn main() -> Result<()> {
    let log = Arc::<Mutex<Log>>::default();
    let noted = Arc::clone(&log);
    let mut db = Connection::open_in_memory()?;
    let note = move |event: TraceEvent<'_>| {
        if let TraceEvent::Profile(statement, _) = event {
            let sql = statement.sql().to_string();
            let steps = i64::from(statement.get_status(StatementStatus::VmStep));
            let mut log = noted.lock().unwrap_or_else(PoisonError::into_inner);
            match log.iter_mut().find(|(known, _)| *known == sql) {
                Some((_, runs)) => runs.push(steps),
                None => log.push((sql, vec![steps])),
            }
        }
    };
    db.trace_v2(TraceEventCodes::SQLITE_TRACE_PROFILE, Some(note))?;
    let history = History::new(db)?;
    fill(history.db())?;
    let take = || std::mem::take(&mut *log.lock().unwrap_or_else(PoisonError::into_inner));
    take();

    history.totals()?;
    for day in 10..15 {
        let rooms = history.day("oslo", &format!("2026-03-{day}"))?;
        assert_eq!(rooms.len(), 120, "all rooms of the site");
    }
    let mut log = take();
    log.sort_by_key(|(_, runs)| -runs.iter().sum::<i64>());
    println!(
        "{:>6} {:>10} {:>10}  statement, and SQLite's plan",
        "runs", "steps", "at most"
    );
    for (sql, runs) in log {
        let (sum, most): (i64, _) = (runs.iter().sum(), runs.iter().max().copied().unwrap_or(0));
        let words: Vec<&str> = sql.split_whitespace().collect();
        println!(
            "{:>6} {sum:>10} {most:>10}  {}",
            runs.len(),
            words.join(" ")
        );
        let mut plan = history.db().prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let mut lines = plan.raw_query();
        while let Some(line) = lines.next()? {
            println!("{:30}  | {}", "", line.get::<_, String>("detail")?);
        }
    }
    Ok(())
}

/// Two sites of 120 rooms.
fn fill(db: &Connection) -> Result<()> {
    db.execute_batch(
        "INSERT INTO rooms (site, name)
         WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 119)
         SELECT site, format('hall-%d/freezer-%02d', i / 24, i % 24) FROM n, (SELECT 'oslo' AS site UNION SELECT 'bergen');
         INSERT INTO readings (room, at, tenths)
         WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 479)
         SELECT rooms.id, unixepoch('2026-03-01') + i * 3600, -190 + (i * 7 + rooms.id) % 30 FROM n, rooms;",
    )
}
