//! What handlers share.

use std::sync::Arc;

use app::App;

/// The application behind the routes. Cheap to clone.
#[derive(Clone)]
pub struct WebState {
    app: Arc<App>,
}

impl WebState {
    /// The state of a service for `app`.
    #[must_use]
    pub fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    /// The use cases' application.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }
}
