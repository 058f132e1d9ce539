//! A quote for an article: three services, asked one after the other, on one budget of time.

use std::fmt;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// How much time a call must have left to be worth making. With less, its answer would come too late.
pub const WORTH_ASKING: Duration = Duration::from_millis(20);

/// A service that has to be asked for a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// How many are in stock.
    Stock,
    /// What one costs, in cents.
    Price,
    /// In how many days it arrives.
    Delivery,
}

/// The way to the services.
pub trait Services {
    /// Asks one service. `left` goes along in the request's header: the service gives up when it is over,
    /// and so do the services that it asks in turn. Dropping the future withdraws the request.
    fn ask(
        &self,
        step: Step,
        article: &str,
        left: Duration,
    ) -> impl Future<Output = Result<u64, Refused>> + Send;
}

/// A service has answered that it will not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub String);

/// What the shop shows beside an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// How many are in stock.
    pub stock: u64,
    /// What one costs, in cents.
    pub cents: u64,
    /// In how many days it arrives.
    pub days: u64,
}

/// Why there is no quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoQuote {
    /// The budget was used up when this service was to answer, or was to be asked.
    Late(Step),
    /// This service refused.
    Refused(Step, Refused),
}

/// Asks the three services, one after the other, and gives up when `budget` is used up by all of them
/// together.
///
/// Each service is told how much is left when it is asked. One that would have less than
/// [`WORTH_ASKING`] is not asked at all. `Duration::MAX` is as good as no limit.
///
/// # Errors
///
/// Fails at once if a service refuses, and at the end of the budget with the service that was due. No
/// request is under way then.
pub async fn quote(
    services: &impl Services,
    article: &str,
    budget: Duration,
) -> Result<Quote, NoQuote> {
    // Here, once, the duration becomes a moment. From now on it can be handed to as many calls as there
    // are, and each gets what the ones before it have left.
    let deadline = Instant::now() + budget.min(LONGEST);
    Ok(Quote {
        stock: ask(services, Step::Stock, article, deadline).await?,
        cents: ask(services, Step::Price, article, deadline).await?,
        days: ask(services, Step::Delivery, article, deadline).await?,
    })
}

async fn ask(
    services: &impl Services,
    step: Step,
    article: &str,
    deadline: Instant,
) -> Result<u64, NoQuote> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left < WORTH_ASKING {
        return Err(NoQuote::Late(step));
    }
    match timeout_at(deadline, services.ask(step, article, left)).await {
        Ok(answer) => answer.map_err(|refused| NoQuote::Refused(step, refused)),
        Err(_) => Err(NoQuote::Late(step)),
    }
}

/// Longer than any caller waits, and short enough to be added to any moment.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

impl fmt::Display for NoQuote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(step) => write!(f, "the budget was used up at {step:?}"),
            Self::Refused(step, Refused(why)) => write!(f, "{step:?} refused: {why}"),
        }
    }
}

impl std::error::Error for NoQuote {}
