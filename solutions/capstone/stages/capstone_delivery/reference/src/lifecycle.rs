//! The service's way from serving to closed, as one value that only moves forward.
//!
//! Readiness, the listener, the request handlers and the sockets each watch for the phase that
//! concerns them. One value in place of a flag per question means that they can't contradict each
//! other: a service that has stopped accepting is not ready, by the order of the variants.

use tokio::sync::watch;

/// How far the service has come. The order of the variants is the order in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Ready, accepting, answering.
    Serving,
    /// Not ready any more, so that balancers look elsewhere; still accepting and answering.
    Leaving,
    /// Not accepting; requests in flight may finish.
    Draining,
    /// No request is left; sockets take leave.
    Parting,
    /// No socket is left; jobs that were begun are finished.
    Finishing,
    /// There is no more time: whatever handler still runs is dropped and its client told. All that had not had its turn
    /// has it now, for as long as a last word takes.
    Cutting,
    /// Sockets that are still open are closed, whatever they were doing.
    Closing,
}

/// The one place that moves the service on. When it is dropped, every wait for a phase ends: nobody
/// is left who could let the service finish in order.
#[derive(Debug)]
pub(crate) struct Lifecycle(watch::Sender<Phase>);

impl Lifecycle {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(Phase::Serving))
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.0.send_replace(phase);
    }

    pub(crate) fn watch(&self) -> PhaseWatch {
        PhaseWatch(self.0.subscribe())
    }
}

/// Sees the phase, cannot change it.
#[derive(Debug, Clone)]
pub(crate) struct PhaseWatch(watch::Receiver<Phase>);

impl PhaseWatch {
    pub(crate) fn is_serving(&self) -> bool {
        *self.0.borrow() == Phase::Serving
    }

    /// Whether clients should look for somebody else.
    pub(crate) fn is_leaving(&self) -> bool {
        !self.is_serving()
    }

    /// Waits until the service has come as far as `phase`, or is gone.
    pub(crate) fn reached(&self, phase: Phase) -> impl Future<Output = ()> + Send + use<> {
        let mut phases = self.0.clone();
        async move {
            // The error says that the sender was dropped, which ends the wait like the phase itself.
            let _ = phases.wait_for(|now| *now >= phase).await;
        }
    }
}
