//! Samples for the tests of the pages.
