//! The listener for operators, beside that for callers, from the start to the last moment of the service.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::connections::ClosingListener;
use crate::lifecycle::{Phase, PhaseWatch};

/// A listener, if one is configured, and what is answered on it.
#[derive(Debug)]
pub(crate) struct Operators {
    listener: Option<TcpListener>,
    pub(crate) port: Option<u16>,
    pub(crate) routes: Router,
}

impl Operators {
    pub(crate) async fn bind(address: Option<SocketAddr>) -> io::Result<Self> {
        let listener = match address {
            Some(address) => Some(TcpListener::bind(address).await?),
            None => None,
        };
        let bound = listener.as_ref().map(TcpListener::local_addr).transpose()?;
        Ok(Self {
            listener,
            port: bound.map(|bound| bound.port()),
            routes: Router::new(),
        })
    }

    /// Answers until `Closing`, and so through the drain, which is when one wants to look. What is returned is empty when
    /// the last connection is gone; dropped, it ends all of it with the phases.
    pub(crate) fn start(self, phase: &PhaseWatch) -> JoinSet<()> {
        let mut serving = JoinSet::new();
        if let Some(inner) = self.listener {
            let listener = ClosingListener {
                inner,
                phase: phase.clone(),
            };
            let server = axum::serve(listener, self.routes)
                .with_graceful_shutdown(phase.reached(Phase::Closing));
            serving.spawn(async {
                // It ends when it is told to: whatever fails on the way is a connection's.
                let _ = server.await;
            });
        }
        serving
    }
}
