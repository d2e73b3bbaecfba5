//! Tests only: a database per test, a running application, callers by role
