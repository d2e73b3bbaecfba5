//! Use cases, one folder per capability: decides, never renders, never writes SQL
