//! The list of exercises: search, filters, and a place to go to.

use super::keys::Key;
use super::overview::{Overview, Row, Standing};

/// What is looked for, and which row is chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// Part of an id or title.
    pub search: String,
    /// Letters go into the search.
    pub typing: bool,
    /// Only this week.
    pub week: Option<usize>,
    /// Only this topic.
    pub topic: Option<usize>,
    /// Only these.
    pub standing: Option<Standing>,
    /// The index of the chosen exercise in the course.
    pub chosen: usize,
}

/// What a key in the list leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Still here.
    Stay,
    /// Back to the exercise.
    Back,
    /// To the exercise with this index.
    Go(usize),
    /// The end of the program.
    Quit,
}

impl List {
    /// The list with the exercise at hand chosen.
    pub fn at(place: usize) -> Self {
        List {
            chosen: place,
            ..List::default()
        }
    }

    /// The indices of the exercises that match, in teaching order.
    pub fn matches(&self, overview: &Overview) -> Vec<usize> {
        let search = self.search.to_lowercase();
        let fits = |row: &Row| {
            self.week.is_none_or(|week| row.week == week)
                && self.topic.is_none_or(|topic| row.topic == topic)
                && self
                    .standing
                    .is_none_or(|standing| row.standing == standing)
                && (row.id.to_lowercase().contains(&search)
                    || row.title.to_lowercase().contains(&search))
        };
        let rows = overview.rows.iter().enumerate();
        rows.filter(|(_, row)| fits(row))
            .map(|(at, _)| at)
            .collect()
    }

    /// Takes a key. `page` is how many rows fit.
    pub fn press(&mut self, key: Key, overview: &Overview, page: usize) -> Step {
        match key {
            Key::Char(character) if self.typing => self.search.push(character),
            Key::Up | Key::Char('k') => self.step(overview, -1),
            Key::Down | Key::Char('j') => self.step(overview, 1),
            Key::PageUp => self.step(overview, -to_signed(page)),
            Key::PageDown => self.step(overview, to_signed(page)),
            Key::Home | Key::Char('g') => self.step(overview, isize::MIN),
            Key::End | Key::Char('G') => self.step(overview, isize::MAX),
            Key::Enter => {
                let found = self.matches(overview);
                if found.contains(&self.chosen) {
                    return Step::Go(self.chosen);
                }
                self.typing = false;
            }
            Key::Backspace => {
                self.search.pop();
            }
            Key::Esc if self.typing => self.typing = false,
            Key::Esc if self.is_narrowed() => *self = List::at(self.chosen),
            Key::Esc => return Step::Back,
            Key::Char('/') => self.typing = true,
            Key::Char('w') => {
                self.week = following(self.week, overview.weeks.len());
                self.topic = None;
            }
            Key::Char('t') => self.next_topic(overview),
            Key::Char('s') => self.standing = following_standing(self.standing),
            Key::Char('q') => return Step::Quit,
            _ => {}
        }
        self.settle(overview);
        Step::Stay
    }

    /// Whether anything is left out.
    pub fn is_narrowed(&self) -> bool {
        !self.search.is_empty()
            || self.week.is_some()
            || self.topic.is_some()
            || self.standing.is_some()
    }

    fn step(&mut self, overview: &Overview, by: isize) {
        let found = self.matches(overview);
        let here = found.iter().position(|&at| at == self.chosen).unwrap_or(0);
        let last = found.len().saturating_sub(1);
        let there = here.saturating_add_signed(by).min(last);
        if let Some(&at) = found.get(there) {
            self.chosen = at;
        }
    }

    /// Goes to the next topic, of the week if one is chosen.
    fn next_topic(&mut self, overview: &Overview) {
        let week = self.week;
        let mut topics: Vec<usize> = overview
            .rows
            .iter()
            .filter(|row| week.is_none_or(|week| row.week == week))
            .map(|row| row.topic)
            .collect();
        topics.dedup();
        let here = self
            .topic
            .and_then(|now| topics.iter().position(|&topic| topic == now));
        self.topic = topics.get(here.map_or(0, |here| here + 1)).copied();
    }

    /// Chooses the nearest that is still there.
    fn settle(&mut self, overview: &Overview) {
        let found = self.matches(overview);
        if !found.contains(&self.chosen) {
            let nearest = found.iter().min_by_key(|at| at.abs_diff(self.chosen));
            self.chosen = nearest.copied().unwrap_or(self.chosen);
        }
    }
}

fn to_signed(count: usize) -> isize {
    isize::try_from(count).unwrap_or(isize::MAX)
}

/// All, then each in turn, then all again.
fn following(now: Option<usize>, count: usize) -> Option<usize> {
    let next = now.map_or(0, |now| now + 1);
    (next < count).then_some(next)
}

fn following_standing(now: Option<Standing>) -> Option<Standing> {
    let all = Standing::ALL;
    let here = now.and_then(|now| all.iter().position(|&one| one == now));
    all.get(here.map_or(0, |here| here + 1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overview() -> Overview {
        let row = |id: &str, week, topic, standing| Row {
            id: id.to_owned(),
            title: format!("About {id}"),
            week,
            topic,
            crate_folder: id.into(),
            minutes: 10,
            standing,
            is_open: standing == Standing::Open,
        };
        Overview {
            weeks: vec!["One".to_owned(), "Two".to_owned()],
            topics: vec!["A".to_owned(), "B".to_owned(), "C".to_owned()],
            rows: vec![
                row("ant", 0, 0, Standing::Passed),
                row("bee", 0, 1, Standing::Open),
                row("cat", 1, 2, Standing::Broken),
                row("dog", 1, 2, Standing::Open),
            ],
            following: Some(1),
        }
    }

    /// Presses keys one after the other, and tells what is chosen and what is shown.
    fn press(keys: &[Key]) -> (usize, Vec<usize>) {
        let overview = overview();
        let mut list = List::at(1);
        for &key in keys {
            assert_eq!(list.press(key, &overview, 10), Step::Stay, "{key:?}");
        }
        (list.chosen, list.matches(&overview))
    }

    #[test]
    fn arrows_stop_at_both_ends() {
        assert_eq!(press(&[Key::Down]).0, 2);
        assert_eq!(press(&[Key::PageDown, Key::Down]).0, 3);
        assert_eq!(press(&[Key::Home, Key::Up]).0, 0);
        assert_eq!(press(&[Key::End]).0, 3);
    }

    #[test]
    fn filters_are_gone_through_and_the_choice_stays_near() {
        use Key::Char;
        assert_eq!(press(&[Char('w')]), (1, vec![0, 1]));
        assert_eq!(press(&[Char('w'), Char('w')]), (2, vec![2, 3]));
        assert_eq!(press(&[Char('w'); 3]).1.len(), 4);
        assert_eq!(press(&[Char('t'), Char('t')]), (1, vec![1]));
        assert_eq!(press(&[Char('w'), Char('w'), Char('t')]), (2, vec![2, 3]));
        assert_eq!(press(&[Char('s')]), (1, vec![1, 3]));
        assert_eq!(press(&[Char('s'); 3]), (2, vec![2]));
        // Escape brings all back before it leads away.
        assert_eq!(press(&[Char('s'), Key::Esc]).1.len(), 4);
    }

    #[test]
    fn letters_are_a_search_only_while_it_is_open() {
        use Key::Char;
        let (chosen, shown) = press(&[Char('/'), Char('D'), Char('o')]);
        assert_eq!((chosen, shown), (3, vec![3]));
        let (_, shown) = press(&[Char('/'), Char('z')]);
        assert!(shown.is_empty());
        assert_eq!(press(&[Char('/'), Char('z'), Key::Backspace]).1.len(), 4);
    }

    #[test]
    fn a_key_leads_to_an_exercise_back_or_out() {
        let overview = overview();
        let mut list = List::at(1);
        assert_eq!(list.press(Key::Enter, &overview, 10), Step::Go(1));
        assert_eq!(list.press(Key::Char('q'), &overview, 10), Step::Quit);
        assert_eq!(list.press(Key::Esc, &overview, 10), Step::Back);
        list.press(Key::Char('/'), &overview, 10);
        list.press(Key::Char('z'), &overview, 10);
        assert_eq!(list.press(Key::Enter, &overview, 10), Step::Stay);
    }
}
