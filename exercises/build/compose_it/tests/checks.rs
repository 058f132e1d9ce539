//! Starts the services with databases of different pace, and looks at what stays when they go.

use compose_it::{Compose, Database, Fate};

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
    Compose::read(include_str!("../compose.yaml")).unwrap_or_else(|problem| panic!("{problem}"))
}

fn start(database: Database) -> [Fate; 2] {
    compose()
        .start(database)
        .unwrap_or_else(|problem| panic!("{problem}"))
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
    let volumes = text("db", "volumes");
    let compose = compose();
    let names = compose.document["volumes"]
        .as_hash()
        .into_iter()
        .flatten()
        .filter_map(|(name, _)| name.as_str());
    let named: Vec<String> = names
        .map(|name| format!("{name}:/var/lib/postgresql/data"))
        .collect();
    assert!(
        named.iter().any(|volume| volumes.contains(volume)),
        "the data of `db` lie at /var/lib/postgresql/data, and are in no volume with a name: `docker compose down` and `up` is an \
         empty database. `volumes` of the file names it, `volumes` of `db` puts it there"
    );
}

#[test]
fn no_password_is_in_the_file() {
    let compose = compose();
    for service in ["db", "migrate", "orders"] {
        let environment = text(service, "environment");
        let plain = environment
            .replace("PASSWORD_FILE", "")
            .contains("PASSWORD")
            || environment.contains("://");
        assert!(
            !plain,
            "`{service}`: a password in `environment` is in the repository, in `docker inspect` and in every child process. \
             `…_PASSWORD_FILE` names a file"
        );
        assert!(
            environment.contains("PASSWORD_FILE")
                && environment.contains("/run/secrets/db_password"),
            "`{service}` is told by `…_PASSWORD_FILE` where the password is: /run/secrets/db_password"
        );
        assert!(
            text(service, "secrets").contains("db_password"),
            "`{service}` needs the secret `db_password` to have that file"
        );
    }
    let secret = &compose.document["secrets"]["db_password"];
    assert!(
        secret["file"].as_str().is_some() || secret["environment"].as_str().is_some(),
        "`secrets` of the file says where `db_password` comes from"
    );
}

#[test]
fn the_database_is_nobody_elses() {
    let ports = text("db", "ports");
    let compose = compose();
    let open = compose.document["services"]["db"]["ports"]
        .as_vec()
        .into_iter()
        .flatten();
    let open = open.filter(|port| {
        port.as_str()
            .is_none_or(|port| !port.starts_with("127.0.0.1:"))
    });
    assert_eq!(
        open.count(),
        0,
        "`ports: {ports}` opens the database to the whole network of the machine, past most firewalls; `orders` reaches it \
         without, by the name `db`"
    );
    assert!(
        text("orders", "ports").contains("8080"),
        "`orders` is what others reach, on port 8080"
    );
}
