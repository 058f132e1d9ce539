//! The same promises at other values.

use branch_me_not::select;

#[test]
fn every_end_of_a_range_is_right() {
    let values: Vec<u32> = (0..3_000).map(|n| n * 7 % 256).collect();
    for from in (0..=256).step_by(8).chain([255]) {
        for to in (0..=256).step_by(16).chain([1, 255]) {
            let mut rows = vec![1; 10];
            select(&values, from, to, &mut rows);
            let mut expected = (0..3_000_u32).filter(|&row| {
                let value = values[row as usize];
                from <= value && value < to
            });
            assert!(
                rows.iter().copied().eq(expected.by_ref()),
                "rows from {from} to less than {to}: {rows:?}"
            );
        }
    }
}

#[test]
fn columns_of_one_kind_are_right() {
    for length in [1, 63, 64, 65, 2_047, 2_048, 2_049] {
        let mut rows = Vec::new();
        select(&vec![5; length], 5, 6, &mut rows);
        assert!(rows.iter().copied().eq(0..length as u32), "all of {length}");
        select(&vec![5; length], 6, 9, &mut rows);
        assert_eq!(rows.len(), 0, "none of {length}");
    }
}
