//! More stories, with other numbers.

use quorum::Config;
use quorum::cluster;

#[test]
fn other_stories_are_as_one_copy_too() {
    for seed in 10_000..11_500 {
        let (replicas, read, write) =
            [(3, 2, 2), (5, 4, 2), (3, 3, 1), (4, 3, 3), (6, 4, 3)][seed as usize % 5];
        let config = Config::new(replicas, read, write).expect("a read meets each write");
        let story = cluster::story(config, seed, 7);
        assert!(
            cluster::is_as_one_copy(&story.calls),
            "seed {seed}, {read} to read and {write} to write of {replicas}: with one copy of the value this can't be. {}",
            story.told
        );
    }
}
