//! A quote for an article: three services, asked one after the other, on one budget of time.

use std::fmt;
use std::time::Duration;

use tokio::time::timeout;

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

/// Asks the three services, and gives up after `budget`.
///
/// # Errors
///
/// Fails if a service refuses, or if it is late.
pub async fn quote(
    services: &impl Services,
    article: &str,
    budget: Duration,
) -> Result<Quote, NoQuote> {
    let mut due = Step::Stock;
    let answers = timeout(budget, async {
        let stock = ask(services, due, article, budget).await?;
        due = Step::Price;
        let cents = ask(services, due, article, budget).await?;
        due = Step::Delivery;
        let days = ask(services, due, article, budget).await?;
        Ok(Quote { stock, cents, days })
    })
    .await;
    answers.unwrap_or(Err(NoQuote::Late(due)))
}

async fn ask(
    services: &impl Services,
    step: Step,
    article: &str,
    budget: Duration,
) -> Result<u64, NoQuote> {
    services
        .ask(step, article, budget)
        .await
        .map_err(|refused| NoQuote::Refused(step, refused))
}

impl fmt::Display for NoQuote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(step) => write!(f, "the budget was used up at {step:?}"),
            Self::Refused(step, Refused(why)) => write!(f, "{step:?} refused: {why}"),
        }
    }
}

impl std::error::Error for NoQuote {}
