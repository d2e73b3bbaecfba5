//! The route table: a route cannot be declared without saying who may call it (AUTHZ-3).
//!
//! [`Routes::get`] and its siblings take only handlers whose first argument is [`Allowed<P>`]; anything else
//! does not compile. [`Routes::public`] takes any handler and the reason why it needs no permission.
//! `docs/routes.txt` is generated from the table and proved current by a test.

use access::permission::Permission;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, on};

use crate::allowed::Allowed;
use crate::state::WebState;

/// Whose proof a route accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Access tokens; answers JSON.
    Api,
    /// The session cookie; answers pages.
    Console,
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Holders of this permission.
    Permission(&'static str),
    /// Anybody, for this reason.
    Public(&'static str),
}

/// One declared route.
#[derive(Debug, Clone)]
pub struct RouteInfo {
    /// Its method.
    pub method: Method,
    /// Its path, with `{name}` for parameters.
    pub path: &'static str,
    /// Whose proof it accepts.
    pub audience: Audience,
    /// Who may call it.
    pub access: Access,
}

/// The argument lists that begin with `Allowed<P>`.
pub(crate) trait AllowedFirst {
    /// The permission asked for.
    type P: Permission;
}

macro_rules! allowed_first {
    ($($rest:ident)*) => {
        impl<M, P: Permission, $($rest),*> AllowedFirst for (M, Allowed<P>, $($rest,)*) {
            type P = P;
        }
    };
}
allowed_first!();
allowed_first!(A);
allowed_first!(A B);
allowed_first!(A B C);

/// Routes of one audience, and what is known of each.
pub(crate) struct Routes {
    audience: Audience,
    router: Router<WebState>,
    table: Vec<RouteInfo>,
}

impl Routes {
    /// No routes yet.
    #[must_use]
    pub(crate) fn new(audience: Audience) -> Self {
        Self {
            audience,
            router: Router::new(),
            table: Vec::new(),
        }
    }

    /// Declares a `GET`.
    #[must_use]
    pub(crate) fn get<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, WebState>,
        T: AllowedFirst + 'static,
    {
        self.declare(Method::GET, path, Access::Permission(T::P::NAME), handler)
    }

    /// Declares a `POST`.
    #[must_use]
    pub(crate) fn post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, WebState>,
        T: AllowedFirst + 'static,
    {
        self.declare(Method::POST, path, Access::Permission(T::P::NAME), handler)
    }

    /// Declares a `POST` whose body may be larger than those of other routes, in bytes.
    #[must_use]
    pub(crate) fn post_up_to<H, T>(self, most: usize, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, WebState>,
        T: AllowedFirst + 'static,
    {
        let handler = handler.layer(DefaultBodyLimit::max(most));
        self.declare(Method::POST, path, Access::Permission(T::P::NAME), handler)
    }

    /// Declares a `PUT`.
    #[must_use]
    pub(crate) fn put<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, WebState>,
        T: AllowedFirst + 'static,
    {
        self.declare(Method::PUT, path, Access::Permission(T::P::NAME), handler)
    }

    /// Declares a `PUT` whose body may be larger than those of other routes, in bytes.
    #[must_use]
    pub(crate) fn put_up_to<H, T>(self, most: usize, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, WebState>,
        T: AllowedFirst + 'static,
    {
        let handler = handler.layer(DefaultBodyLimit::max(most));
        self.declare(Method::PUT, path, Access::Permission(T::P::NAME), handler)
    }

    /// Declares a `DELETE`.
    #[must_use]
    pub(crate) fn delete<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, WebState>,
        T: AllowedFirst + 'static,
    {
        self.declare(Method::DELETE, path, Access::Permission(T::P::NAME), handler)
    }

    /// Declares a route that needs no permission, and why.
    #[must_use]
    pub(crate) fn public<H, T>(
        self,
        method: Method,
        path: &'static str,
        reason: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, WebState>,
        T: 'static,
    {
        self.declare(method, path, Access::Public(reason), handler)
    }

    fn declare<H, T>(mut self, method: Method, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, WebState>,
        T: 'static,
    {
        // Only the constants above and those of callers in this crate reach this; an unusual method serves nothing.
        if let Ok(filter) = MethodFilter::try_from(method.clone()) {
            self.router = self.router.route(path, on(filter, handler));
            self.table.push(RouteInfo {
                method,
                path,
                audience: self.audience,
                access,
            });
        }
        self
    }

    /// Both, under the first one's audience.
    #[must_use]
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self
    }

    pub(crate) fn into_router(self) -> Router<WebState> {
        self.router
    }

    pub(crate) fn into_table(self) -> Vec<RouteInfo> {
        self.table
    }
}
