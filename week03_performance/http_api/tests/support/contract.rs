// What every store promises, one clause after the other. Whatever keeps parcels is held to the same.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::sync::Arc;

use http_api::{Draft, Kept, Only, Store, StoreError};

pub fn draft(recipient: &str, shelf: &str, grams: u32) -> Draft {
    Draft {
        recipient: recipient.to_owned(),
        shelf: shelf.to_owned(),
        grams,
    }
}

async fn add(store: &dyn Store, recipient: &str) -> Kept {
    let added = store.add(draft(recipient, "B-12", 1200)).await;
    added.unwrap_or_else(|error| panic!("add failed: {error:?}"))
}

async fn get(store: &dyn Store, id: u64) -> Option<Kept> {
    let found = store.get(id).await;
    found.unwrap_or_else(|error| panic!("get({id}) failed: {error:?}"))
}

/// The ids that are above one, no more than so many.
async fn page(store: &dyn Store, above: u64, limit: usize) -> Vec<u64> {
    let page = store.page(above, limit).await;
    let page = page.unwrap_or_else(|error| panic!("page({above}, {limit}) failed: {error:?}"));
    page.into_iter().map(|kept| kept.parcel.id).collect()
}

/// Holds a store that is empty, or in use by others, to all clauses.
pub async fn hold(name: &str, store: Arc<dyn Store>) {
    what_is_added_is_there(name, &*store).await;
    ids_are_given_once(name, &*store).await;
    a_condition_is_kept(name, &*store).await;
    pages_are_in_order(name, &*store).await;
    odd_values_come_back(name, &*store).await;
    of_many_at_once_one_changes(name, store).await;
}

async fn what_is_added_is_there(name: &str, store: &dyn Store) {
    let added = add(store, "Ada").await;
    assert_eq!(added.revision, 1, "{name}: a parcel begins with revision 1");
    assert_eq!(
        (
            added.parcel.recipient.as_str(),
            added.parcel.shelf.as_str(),
            added.parcel.grams
        ),
        ("Ada", "B-12", 1200),
        "{name}: what add returns is what was added"
    );
    let id = added.parcel.id;
    assert_eq!(
        get(store, id).await,
        Some(added),
        "{name}: what was added is there"
    );
    let removed = store.remove(id, Only::Any).await;
    assert!(
        removed.is_ok(),
        "{name}: what is there can be removed, and not {removed:?}"
    );
    assert_eq!(
        get(store, id).await,
        None,
        "{name}: what was removed is gone"
    );
    for id in [id, 0, u64::MAX, i64::MAX as u64] {
        let removed = store.remove(id, Only::Any).await;
        assert!(
            matches!(removed, Err(StoreError::Missing)),
            "{name}: remove({id}) finds nothing, and is Missing, not {removed:?}"
        );
        let replaced = store.replace(id, draft("Bo", "A-1", 1), Only::Any).await;
        assert!(
            matches!(replaced, Err(StoreError::Missing)),
            "{name}: replace({id}) finds nothing, and is Missing, not {replaced:?}"
        );
        assert_eq!(
            get(store, id).await,
            None,
            "{name}: get({id}) finds nothing"
        );
    }
}

async fn ids_are_given_once(name: &str, store: &dyn Store) {
    let mut given = Vec::new();
    for _ in 0..4 {
        let id = add(store, "Ada").await.parcel.id;
        assert!(
            !given.contains(&id),
            "{name}: id {id} was given before, and its parcel is gone; a link to that one now leads to another"
        );
        given.push(id);
        store.remove(id, Only::Any).await.expect("it is there");
    }
}

async fn a_condition_is_kept(name: &str, store: &dyn Store) {
    let id = add(store, "Ada").await.parcel.id;
    let moved = store
        .replace(id, draft("Ada", "C-3", 1200), Only::OneOf(vec![7, 1]))
        .await;
    let moved = moved.unwrap_or_else(|error| panic!("{name}: revision 1 is one of two: {error:?}"));
    assert_eq!(
        (moved.revision, moved.parcel.shelf.as_str(), moved.parcel.id),
        (2, "C-3", id),
        "{name}: a change counts the revision on and returns the parcel as it is now"
    );
    for only in [
        Only::OneOf(vec![1]),
        Only::OneOf(vec![]),
        Only::OneOf(vec![u64::MAX]),
    ] {
        let late = store
            .replace(id, draft("Ada", "A-1", 1), only.clone())
            .await;
        assert!(
            matches!(late, Err(StoreError::Moved)),
            "{name}: {only:?} does not allow revision 2, so it is Moved, not {late:?}"
        );
        let late = store.remove(id, only.clone()).await;
        assert!(
            matches!(late, Err(StoreError::Moved)),
            "{name}: {only:?} does not allow revision 2, so it is Moved, not {late:?}"
        );
        assert_eq!(
            get(store, id).await,
            Some(moved.clone()),
            "{name}: what is refused changes nothing"
        );
    }
    store
        .remove(id, Only::OneOf(vec![2]))
        .await
        .expect("revision 2 is there");
}

async fn pages_are_in_order(name: &str, store: &dyn Store) {
    let mut ids = Vec::new();
    for at in 0..12 {
        ids.push(add(store, &format!("number {at}")).await.parcel.id);
    }
    let before = ids[0] - 1;
    assert_eq!(
        page(store, before, 5).await,
        ids[..5],
        "{name}: the first five of twelve"
    );
    store.remove(ids[4], Only::Any).await.expect("it is there");
    assert_eq!(
        page(store, ids[4], 100).await,
        ids[5..],
        "{name}: what is above an id that is gone, and no more than there is"
    );
    assert_eq!(
        page(store, before, usize::MAX).await.len(),
        11,
        "{name}: any limit is one"
    );
    for above in [ids[11], i64::MAX as u64, u64::MAX] {
        assert_eq!(
            page(store, above, 10).await,
            [0_u64; 0],
            "{name}: nothing is above {above}"
        );
    }
}

async fn odd_values_come_back(name: &str, store: &dyn Store) {
    for recipient in [
        "O'Brien",
        "\"; DROP TABLE parcels; --",
        "100 % _sure_",
        "Žofie 🐦",
        "é",
        "e\u{301}",
    ] {
        for grams in [1, 50_000] {
            let added = store.add(draft(recipient, "Z-999", grams)).await;
            let added = added.unwrap_or_else(|error| panic!("{name}: {recipient:?}: {error:?}"));
            let found = get(store, added.parcel.id).await.map(|kept| kept.parcel);
            let found = found.unwrap_or_else(|| panic!("{name}: {recipient:?} is not there"));
            assert_eq!(
                (found.recipient.as_str(), found.grams),
                (recipient, grams),
                "{name}: a text comes back as it was, character by character"
            );
        }
    }
}

async fn of_many_at_once_one_changes(name: &str, store: Arc<dyn Store>) {
    let id = add(&*store, "Ada").await.parcel.id;
    let mut changes = Vec::new();
    for shelf in 1..=16 {
        let store = Arc::clone(&store);
        changes.push(tokio::spawn(async move {
            let to = draft("Ada", &format!("C-{shelf}"), 1200);
            store.replace(id, to, Only::OneOf(vec![1])).await
        }));
    }
    let (mut made, mut moved) = (0, 0);
    for change in changes {
        match change.await.expect("no panic") {
            Ok(_) => made += 1,
            Err(StoreError::Moved) => moved += 1,
            Err(error) => panic!("{name}: a change failed: {error:?}"),
        }
    }
    assert_eq!(
        (made, moved),
        (1, 15),
        "{name}: of sixteen at once that all change revision 1, one does, and the others are told"
    );
    assert_eq!(
        get(&*store, id).await.map(|kept| kept.revision),
        Some(2),
        "{name}: one change"
    );
}
