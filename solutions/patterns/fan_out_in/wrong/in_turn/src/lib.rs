//! Makes several calls at the same time and waits for their answers.

use std::panic;

use tokio::task::JoinHandle;

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
    let mut running = Tasks(calls.into_iter().map(tokio::spawn).collect());
    let mut answers = Vec::with_capacity(running.0.len());
    let mut failure = None;
    for call in &mut running.0 {
        match call.await {
            Ok(Ok(answer)) => answers.push(answer),
            Ok(Err(error)) => {
                failure = Some(Ok(error));
                break;
            }
            Err(panicked) => {
                failure = Some(Err(panicked));
                break;
            }
        }
    }
    let Some(failure) = failure else {
        return Ok(answers);
    };
    for call in running.0.drain(..) {
        call.abort();
        if !call.is_finished() {
            let _ = call.await;
        }
    }
    match failure {
        Ok(error) => Err(error),
        Err(panicked) => panic::resume_unwind(panicked.into_panic()),
    }
}

/// Aborts its tasks when it is dropped.
struct Tasks<T>(Vec<JoinHandle<T>>);

impl<T> Drop for Tasks<T> {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}
