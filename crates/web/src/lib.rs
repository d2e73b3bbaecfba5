//! HTTP: the JSON API, the console, the edge

pub mod console;
