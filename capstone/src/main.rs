//! The process around the service.

use axum::Router;
use capstone::{Application, Config};

#[tokio::main]
async fn main() {
    let application = Application::build(Config::default(), Router::new())
        .await
        .expect("the service can be built");
    application
        .run_until_stopped(std::future::pending())
        .await
        .expect("the service runs");
}
