//! Makes several calls at the same time and waits for their answers.

/// Makes all calls at the same time. Returns their answers in the order of the calls, or an error.
///
/// # Errors
///
/// An error of a call.
pub async fn gather<T, E, F>(calls: impl IntoIterator<Item = F>) -> Result<Vec<T>, E>
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    let running: Vec<_> = calls.into_iter().map(tokio::spawn).collect();
    let mut answers = Vec::with_capacity(running.len());
    for call in running {
        answers.push(call.await.expect("a call does not panic")?);
    }
    Ok(answers)
}
