//! Reminds customers of subscriptions that end.

/// Who takes mails to customers: a provider outside, reached over the network.
pub trait Gateway {
    /// Hands over one mail.
    ///
    /// # Errors
    ///
    /// Says that the mail was not taken.
    fn send(&mut self, mail: &Mail) -> Result<(), Bounce>;

    /// Hands over several, each as by [`Gateway::send`]. The answers are in the order of the mails.
    fn send_all(&mut self, mails: &[Mail]) -> Vec<Result<(), Bounce>>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub body: String,
}

/// Why a mail was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounce {
    /// The provider is busy.
    Later,
    /// There is no such address. Whoever goes on trying it is taken for a sender of spam.
    Never,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub id: u32,
    /// The customer. Some have several subscriptions.
    pub address: String,
    pub plan: String,
    /// The last day, counted from some day in the past.
    pub ends: u32,
    pub wants_mail: bool,
    pub reminded: bool,
}

/// Reminds the customers whose subscriptions end soon, and returns the ids of those that nobody could be
/// reminded of, in any order.
///
/// * A subscription is due if it ends today or in the 7 days after, if its customer wants mail for it, and if
///   it is not `reminded`.
/// * Each customer gets one mail for all subscriptions that are due. It has the plan of each in its text. How
///   mails are worded, in which order they go, and whether one by one or several at once, is not promised.
/// * If the provider is busy, that mail is tried once more. An address that does not exist is not.
/// * Subscriptions are `reminded` from now on if the mail was taken; otherwise they are due again next time.
pub fn remind(
    subscriptions: &mut [Subscription],
    today: u32,
    gateway: &mut dyn Gateway,
) -> Vec<u32> {
    let mut failed = Vec::new();
    for (mail, due) in mails(subscriptions, today) {
        let mut outcome = gateway.send(&mail);
        if outcome == Err(Bounce::Later) {
            outcome = gateway.send(&mail);
        }
        for at in due {
            match outcome {
                Ok(()) => subscriptions[at].reminded = true,
                Err(_) => {
                    failed.push(subscriptions[at].id);
                    break;
                }
            }
        }
    }
    failed
}

/// The mails of a day, each with the places of its subscriptions.
fn mails(subscriptions: &[Subscription], today: u32) -> Vec<(Mail, Vec<usize>)> {
    let mut mails: Vec<(Mail, Vec<usize>)> = Vec::new();
    for (at, one) in subscriptions.iter().enumerate() {
        if !one.wants_mail || one.reminded || one.ends < today || one.ends > today + 7 {
            continue;
        }
        let line = format!("{} ends on day {}.\n", one.plan, one.ends);
        let same = |(mail, _): &&mut (Mail, _)| mail.to == one.address;
        if let Some((mail, due)) = mails.iter_mut().find(same) {
            mail.body.push_str(&line);
            due.push(at);
        } else {
            let mail = Mail {
                to: one.address.clone(),
                subject: "Your subscription ends".to_owned(),
                body: line,
            };
            mails.push((mail, vec![at]));
        }
    }
    mails
}
