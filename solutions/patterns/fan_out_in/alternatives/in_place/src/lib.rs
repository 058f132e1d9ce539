//! Makes several calls at the same time and waits for their answers.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// Makes all calls at the same time, within the caller's task. Returns their answers in the order of the
/// calls, or the first error that occurs.
///
/// When it returns, all calls are over and dropped; also when its future is dropped.
///
/// # Errors
///
/// The first error of a call, in the order of time.
///
/// # Panics
///
/// Panics if a call does.
pub async fn gather<T, E, F>(calls: impl IntoIterator<Item = F>) -> Result<Vec<T>, E>
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    let mut calls: Vec<Call<T, F>> = calls
        .into_iter()
        .map(|call| Call::Running(Box::pin(call)))
        .collect();
    // Each wake-up asks every call that runs, as `select!` does. For hundreds of them, take tasks.
    poll_fn(|cx| {
        let mut running = 0;
        for call in &mut calls {
            if let Call::Running(future) = call {
                match future.as_mut().poll(cx) {
                    Poll::Ready(Ok(answer)) => *call = Call::Answered(answer),
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending => running += 1,
                }
            }
        }
        if running == 0 {
            Poll::Ready(Ok(()))
        } else {
            Poll::Pending
        }
    })
    .await?;
    let answer = |call| match call {
        Call::Answered(answer) => Some(answer),
        Call::Running(_) => None,
    };
    Ok(calls.into_iter().filter_map(answer).collect())
}

enum Call<T, F> {
    Running(Pin<Box<F>>),
    Answered(T),
}
