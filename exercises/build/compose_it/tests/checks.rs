//! Starts the services with databases of different pace, and looks at what stays when they go.

use compose_it::{Compose, Database, Fate};

const FILE: &str = include_str!("../compose.yaml");

const QUICK: Database = Database {
    socket_from: 1,
    socket_until: 3,
    ready: 5,
};
const ORDINARY: Database = Database {
    socket_from: 4,
    socket_until: 9,
    ready: 12,
};
/// A first start on a slow disk.
const SLOW: Database = Database {
    socket_from: 20,
    socket_until: 80,
    ready: 90,
};

fn compose() -> Compose {
    Compose::read(FILE).unwrap_or_else(|problem| panic!("{problem}"))
}

fn start(database: Database) -> [Fate; 2] {
    compose()
        .start(database)
        .unwrap_or_else(|problem| panic!("{problem}"))
}

/// What was read, or what could not be.
fn read<T>(what: Result<T, String>) -> T {
    what.unwrap_or_else(|problem| panic!("{problem}"))
}

/// All that a service has at a key, as text.
fn text(service: &str, key: &str) -> String {
    let compose = compose();
    let service = compose
        .service(service)
        .unwrap_or_else(|problem| panic!("{problem}"));
    format!("{:?}", service[key])
}

#[test]
fn nobody_starts_before_the_database_answers() {
    for database in [QUICK, ORDINARY] {
        let [migrate, orders] = start(database);
        let Fate::Started(migrated) = migrate else {
            panic!(
                "`migrate`: {migrate:?}, with {database:?}. That a container was started says nothing of the server in it; and \
                 `pg_isready` without a host asks at the socket, where the server of the first start answers that goes again"
            );
        };
        assert!(
            migrated <= database.ready + 10,
            "`migrate` starts in second {migrated}, and the database answers since {}: ask more often than that",
            database.ready
        );
        let Fate::Started(at) = orders else {
            panic!("`orders`: {orders:?}, with {database:?}");
        };
        assert!(
            at >= migrated + 3,
            "`orders` starts in second {at}, and `migrate`, which takes three seconds, in second {migrated}: it has to wait until \
             that is through"
        );
    }
}

#[test]
fn a_slow_first_start_is_waited_for() {
    for fate in start(SLOW) {
        assert!(
            matches!(fate, Fate::Started(90..)),
            "{fate:?}, with {SLOW:?}: after `retries` failures the database is unhealthy, and who waits for it is never started; \
             within `start_period` failures do not count"
        );
    }
}

#[test]
fn migrate_ends() {
    let restart = text("migrate", "restart");
    assert!(
        !restart.contains("always") && !restart.contains("unless-stopped"),
        "`restart: {restart}`: `migrate` is through after some seconds. Started again whenever it ends it never is, and who \
         waits for that waits for ever"
    );
}

#[test]
fn the_data_stay() {
    let compose = compose();
    let names = compose.document["volumes"]
        .as_hash()
        .into_iter()
        .flatten()
        .filter_map(|(name, _)| name.as_str());
    let names: Vec<&str> = names.collect();
    assert!(
        read(compose.volumes("db"))
            .iter()
            .any(|(source, path)| path == "/var/lib/postgresql/data"
                && names.contains(&source.as_str())),
        "the data of `db` lie at /var/lib/postgresql/data, and are in no volume with a name: `docker compose down` and `up` is an \
         empty database. `volumes` of the file names it, `volumes` of `db` puts it there"
    );
}

/// Whether a text has a password written into it: in a URL, or by its name.
fn has_a_password(text: &str) -> bool {
    let in_a_url = text.split("://").skip(1).any(|after| {
        let end = after.find(['/', ' ', '?']).unwrap_or(after.len());
        let user = after[..end].split_once('@').map(|(user, _)| user);
        user.is_some_and(|user| user.contains(':'))
    });
    // What names the file of a password is no password.
    let text = text.to_ascii_lowercase().replace('-', "_");
    let rest = text.replace("password_file", "").replace("db_password", "");
    in_a_url || rest.contains("password")
}

#[test]
fn no_password_is_in_the_file() {
    let compose = compose();
    for (service, variable) in [
        ("db", "POSTGRES_PASSWORD_FILE"),
        ("migrate", "DATABASE_PASSWORD_FILE"),
        ("orders", "DATABASE_PASSWORD_FILE"),
    ] {
        let environment = read(compose.environment(service));
        for (name, value) in &environment {
            assert!(
                !has_a_password(name) && !has_a_password(value),
                "`{service}`: a password in `environment`, as `{name}`, is in the repository, in `docker inspect` and in every \
                 child process. `…_PASSWORD_FILE` names a file"
            );
        }
        assert_eq!(
            environment.get(variable).map(String::as_str),
            Some("/run/secrets/db_password"),
            "`{service}` is told by `{variable}`, and by no other name, where the password is"
        );
        for key in ["command", "healthcheck"] {
            assert!(
                !has_a_password(&text(service, key)),
                "`{service}`: a password in `{key}` is in the repository, and in the list of processes"
            );
        }
        let secrets = read(compose.secrets(service));
        assert!(
            secrets.contains(&(
                "db_password".to_owned(),
                "/run/secrets/db_password".to_owned()
            )),
            "`{service}` needs the secret `db_password` to have that file, and has {secrets:?}"
        );
    }
    let secret = &compose.document["secrets"]["db_password"];
    assert!(
        secret["file"].as_str().is_some() || secret["environment"].as_str().is_some(),
        "`secrets` of the file says where `db_password` comes from"
    );
    assert!(
        !FILE.contains("hunter2"),
        "the password is still somewhere in the file: whoever reads the repository reads it"
    );
}

#[test]
fn the_database_is_nobody_elses() {
    let compose = compose();
    let ports = read(compose.ports("db"));
    let here = |host: &String| ["127.0.0.1", "::1"].contains(&host.as_str());
    assert!(
        ports
            .iter()
            .all(|port| port.host.as_ref().is_some_and(here)),
        "{ports:?} of `db` opens the database to the whole network of the machine, past most firewalls; `orders` reaches it \
         without, by the name `db`"
    );
    let ports = read(compose.ports("orders"));
    assert!(
        ports
            .iter()
            .any(|port| port.published.as_deref() == Some("8080")),
        "`orders` is what others reach, on port 8080 of the machine, and it has {ports:?}"
    );
}
