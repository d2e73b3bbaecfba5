//! Dangerous-goods transport law: catalogue, mixed-load checks and papers for US highway and ADR

pub mod label;
pub mod paper;
