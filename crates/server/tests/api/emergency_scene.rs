//! Where the tests of emergency access begin, over the API and in the console.

use access::role::Role;
use serde_json::{Value, json};
use testkit::{Caller, Company, RunningApp};

use crate::samples::{gasoline, shipment};

pub(crate) const READ: &str = "dangerous_goods.emergency.access";
pub(crate) const OVERRIDE: &str = "dangerous_goods.compatibility.override";

/// A company with two shipments that its driver does not see, one of them to be named by the driver's incident.
pub(crate) struct Scene {
    pub(crate) app: RunningApp,
    pub(crate) driver: Caller,
    pub(crate) operator: Caller,
    pub(crate) manager: Caller,
    /// Named by the incident.
    pub(crate) named: Value,
    /// Not named.
    pub(crate) other: Value,
}

impl Scene {
    /// With clients of the API.
    pub(crate) async fn over_the_api() -> Self {
        let app = RunningApp::start().await;
        let caller = async |role| app.caller(Company::A, role).await;
        let (driver, operator, manager) = (
            caller(Role::Driver).await,
            caller(Role::Operator).await,
            caller(Role::Manager).await,
        );
        Self::of(app, [driver, operator, manager]).await
    }

    /// With browsers.
    pub(crate) async fn in_the_console() -> Self {
        let app = RunningApp::start().await;
        let browser = async |role| app.browser(Company::A, role).await;
        let (driver, operator, manager) = (
            browser(Role::Driver).await,
            browser(Role::Operator).await,
            browser(Role::Manager).await,
        );
        Self::of(app, [driver, operator, manager]).await
    }

    async fn of(app: RunningApp, [driver, operator, manager]: [Caller; 3]) -> Self {
        let clerk = app.caller(Company::A, Role::Operator).await;
        Self {
            driver,
            operator,
            manager,
            named: shipment(&clerk, json!([gasoline()])).await,
            other: shipment(&clerk, json!([gasoline()])).await,
            app,
        }
    }

    /// What showing a second factor does.
    pub(crate) async fn prove(&self) {
        self.app
            .behind_the_back("update sessions set second_factor_at = now()")
            .await;
    }
}
