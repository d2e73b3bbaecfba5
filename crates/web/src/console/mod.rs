//! The console: server-rendered pages for people with a browser.

pub mod pages;
