//! What one caller sees, who waits for nobody.

use lock_order::{Team, TooFew, total, transfer};

#[test]
fn one_caller_moves_minutes_and_adds_them_up() {
    let (web, data) = (Team::new(1, 100), Team::new(2, 50));
    assert_eq!(
        transfer(&web, &data, 30),
        Ok(()),
        "100 cover a transfer of 30"
    );
    assert_eq!(
        (*web.lock(), *data.lock()),
        (70, 80),
        "30 of 100 go to a team with 50"
    );
    assert_eq!(
        transfer(&data, &web, 81),
        Err(TooFew { left: 80 }),
        "80 do not cover 81"
    );
    assert_eq!(
        (*web.lock(), *data.lock()),
        (70, 80),
        "a refused transfer moves nothing"
    );
    assert_eq!(transfer(&data, &web, 80), Ok(()), "80 cover 80");
    assert_eq!(total(&[&data, &web]), 150, "0 and 150");
    assert_eq!(
        total(&[&web, &data, &web]),
        150,
        "a team that is listed twice counts once"
    );
    assert_eq!(total(&[]), 0, "no teams, no minutes");
}
