//! Makes several calls at the same time and waits for their answers.

use std::panic;

use tokio::task::JoinSet;

/// Makes all calls at the same time, each in a task of its own. Returns their answers in the order of the
/// calls, or the first error that occurs.
///
/// When it returns, all calls are over: after an error those that were under way have been cancelled, and
/// what they held is dropped, as are the answers that there were. A call can be cancelled only where it
/// awaits, so one that computes or blocks holds up the return.
///
/// If the returned future is dropped, the calls are cancelled as well, but nobody waits for that.
///
/// # Errors
///
/// The first error of a call, in the order of time.
///
/// # Panics
///
/// Panics if a call does, with the same payload, and outside of a tokio runtime.
pub async fn gather<T, E, F>(calls: impl IntoIterator<Item = F>) -> Result<Vec<T>, E>
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    // A set and not a list of handles: it waits for whichever call ends next, so that an error is not
    // kept waiting behind a slow call, and it aborts its tasks when this future is dropped.
    let mut running = JoinSet::new();
    for (place, call) in calls.into_iter().enumerate() {
        running.spawn(async move { (place, call.await) });
    }

    let mut answers = Vec::with_capacity(running.len());
    while let Some(ended) = running.join_next().await {
        match ended {
            Ok((place, Ok(answer))) => answers.push((place, answer)),
            Ok((_, Err(error))) => {
                // Aborting is a request; this also waits until each task has let go of what it held.
                // Dropping the set would not.
                running.shutdown().await;
                return Err(error);
            }
            Err(panicked) => {
                running.shutdown().await;
                // Nobody else can abort these tasks, so this is a panic and no cancellation.
                panic::resume_unwind(panicked.into_panic());
            }
        }
    }
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}
