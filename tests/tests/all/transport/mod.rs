//! What stands between the API and a browser.

mod cors;
mod headers;
