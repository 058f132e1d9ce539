//! The breaker as a layer around any service.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tower::{Layer, Service, ServiceExt};

use crate::circuit::State;
use crate::guard::{CallError, Guard};

/// Puts a guard around services. All of them, and all their clones, are behind the guard's one circuit.
pub struct CircuitLayer<T, E> {
    guard: Guard<T, E>,
}

impl<T, E> CircuitLayer<T, E> {
    pub fn new(guard: Guard<T, E>) -> Self {
        Self { guard }
    }
}

impl<S, T, E> Layer<S> for CircuitLayer<T, E> {
    type Service = CircuitService<S, T, E>;

    fn layer(&self, inner: S) -> Self::Service {
        CircuitService {
            inner,
            guard: self.guard.clone(),
        }
    }
}

/// A service behind a circuit. Made by [`CircuitLayer`].
pub struct CircuitService<S, T, E> {
    inner: S,
    guard: Guard<T, E>,
}

impl<S, R, T, E> Service<R> for CircuitService<S, T, E>
where
    S: Service<R, Response = T, Error = E> + Clone + Send + 'static,
    S::Future: Send,
    R: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    type Response = T;
    type Error = CallError<E>;
    type Future = Pin<Box<dyn Future<Output = Result<T, CallError<E>>> + Send>>;

    /// Takes no place: who is ready need not call, and whether a call is let through is asked when it is made.
    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        // Nobody is to wait for a dependency that is not to be called.
        if self.guard.breaker.state() == State::Open {
            return Poll::Ready(Ok(()));
        }
        match ready!(self.inner.poll_ready(context)) {
            Ok(()) => Poll::Ready(Ok(())),
            Err(error) if self.guard.breaker.state() == State::HalfOpen => {
                Poll::Ready(Err(CallError::Inner(error)))
            }
            Err(error) => Poll::Ready(self.guard.failed_before(error)),
        }
    }

    fn call(&mut self, request: R) -> Self::Future {
        // The one that has said it was ready goes with the call, also into a refusal, where it gives up what it has
        // reserved. What stays is a clone, which has promised nothing.
        let clone = self.inner.clone();
        let inner = mem::replace(&mut self.inner, clone);
        let guard = self.guard.clone();
        // `oneshot` asks it once more. A service that is ready says so at once; one that was not asked, because the
        // circuit was open then and is not any more, has to become it.
        Box::pin(async move { guard.call(inner.oneshot(request)).await })
    }
}

impl<T, E> Clone for CircuitLayer<T, E> {
    fn clone(&self) -> Self {
        Self::new(self.guard.clone())
    }
}

impl<S: Clone, T, E> Clone for CircuitService<S, T, E> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            guard: self.guard.clone(),
        }
    }
}
